/** Reading: one object or a page of them, newest first. Source: https://docs.stripe.com/api/pagination */
import { wireAccount } from "./accounts.ts";
import { invalid, missing } from "./errors.ts";
import { field, readForm, type parseForm } from "./form.ts";
import { wirePayout } from "./payouts.ts";
import {
  kindOf,
  type Account,
  type Customer,
  type Kind,
  type PaymentMethod,
  type Payout,
  type Records,
} from "./records.ts";
import { wirePaymentMethod } from "./cards.ts";
import type { Work } from "./work.ts";

type Form = ReturnType<typeof parseForm>;

const range = field.anything;
const pageShape = {
  limit: field.integer,
  starting_after: field.text,
  ending_before: field.text,
  created: range,
};

/** An object as it goes over the wire. */
function wire(value: object): object {
  if (!("object" in value)) return value;
  if (value.object === "payment_method") return wirePaymentMethod(value as PaymentMethod);
  if (value.object === "account") return wireAccount(value as Account);
  if (value.object === "payout") return wirePayout(value as Payout);
  const gone = value.object === "customer" && (value as Customer).deleted;
  return gone ? { id: (value as Customer).id, object: "customer", deleted: true } : value;
}

/** GET /v1/<kind>s/:id; throws 404 when unknown. */
export function retrieve(work: Work, kind: Kind, id: string, form: Form): object {
  readForm(form, { client_secret: field.text });
  const found = work.need(kind, id);
  if (!isSeen(work, kind, found)) throw missing(kind, id);
  return wire(found);
}

/** GET /v1/<kind>s with `limit` (1 to 100, default 10), cursors, `created` bounds and equality `filters`. */
export function list(work: Work, kind: Kind, form: Form, filters: readonly string[]): object {
  const given = readForm(form, {
    ...pageShape,
    types: field.list,
    ...(Object.fromEntries(filters.map((name) => [name, field.text])) as Record<string, typeof field.text>),
  }) as Record<string, unknown> & {
    limit?: number;
    starting_after?: string;
    ending_before?: string;
    types?: string[];
  };
  const limit = given.limit ?? 10;
  if (limit < 1 || limit > 100) throw invalid("parameter_invalid_integer", "Invalid limit: 1 to 100.", "limit");
  const matching = (work.all(kind) as Records["charge"][]).toReversed().filter((value) => {
    const object = value as unknown as Record<string, unknown>;
    if (!isSeen(work, kind, value)) return false;
    const equal = filters.every((name) => given[name] === undefined || object[name] === given[name]);
    const typed = given.types === undefined || given.types.includes(String(object["type"]));
    return equal && typed && createdWithin(value.created, given["created"]);
  });
  const page = cut(matching, limit, given);
  return { object: "list", url: `/v1/${kind}s`, has_more: page.more, data: page.data.map(wire) };
}

/** A payout is seen by naming its account; everything else is the platform's. */
const isSeen = (work: Work, kind: Kind, value: object): boolean =>
  kind !== "payout" || (value as Payout).account === work.account;

function createdWithin(created: number, bounds: unknown): boolean {
  if (typeof bounds === "string") return created === Number(bounds);
  if (bounds === null || typeof bounds !== "object") return true;
  const { gt, gte, lt, lte } = bounds as Record<string, string | undefined>;
  return (
    (gt === undefined || created > Number(gt)) &&
    (gte === undefined || created >= Number(gte)) &&
    (lt === undefined || created < Number(lt)) &&
    (lte === undefined || created <= Number(lte))
  );
}

function cut<T extends { id: string }>(
  all: T[],
  limit: number,
  cursor: { starting_after?: string; ending_before?: string },
): { data: T[]; more: boolean } {
  const at = (id: string, param: string) => {
    const index = all.findIndex((value) => value.id === id);
    if (index < 0) throw invalid("resource_missing", `No such object: '${id}'`, param);
    return index;
  };
  if (cursor.ending_before !== undefined) {
    const end = at(cursor.ending_before, "ending_before");
    return { data: all.slice(Math.max(0, end - limit), end), more: end > limit };
  }
  const start = cursor.starting_after === undefined ? 0 : at(cursor.starting_after, "starting_after") + 1;
  return { data: all.slice(start, start + limit), more: all.length > start + limit };
}

/** Replaces the ids under the `expand` paths (such as `latest_charge` or `data.payment_intent`) by their objects. */
export function expand(work: Work, object: object, form: Form): object {
  const { expand: wanted } = form;
  if (wanted === undefined || typeof wanted === "string") return object;
  const copy = structuredClone(object) as Record<string, unknown>;
  for (const path of Object.values(wanted)) if (typeof path === "string") expandPath(work, copy, path.split("."));
  return copy;
}

function expandPath(work: Work, at: Record<string, unknown>, [step, ...rest]: string[]): void {
  if (step === undefined || !Object.hasOwn(at, step)) {
    throw invalid("parameter_invalid", `This property cannot be expanded (${step}).`, "expand");
  }
  const value = at[step];
  const kind = typeof value === "string" ? kindOf(value) : undefined;
  if (kind && typeof value === "string") at[step] = structuredClone(wire(work.need(kind, value)));
  for (const next of Array.isArray(at[step]) ? at[step] : [at[step]]) {
    if (rest.length > 0 && next !== null && typeof next === "object") {
      expandPath(work, next as Record<string, unknown>, rest);
    }
  }
}
