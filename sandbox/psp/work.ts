/** One request's changes, gathered and committed together. */
import type { Env } from "./env.ts";
import { missing } from "./errors.ts";
import { newId, unixNow, type Kind, type Records } from "./records.ts";
import type { Put } from "./memory.ts";
import type { Store } from "./store.ts";

/** Version named in events and used when a client names none. */
export const apiVersion = "2026-10-28.endive";

export type Work = {
  /** The object as this request left it; throws 404 when unknown. */
  need<K extends Kind>(kind: K, id: string, param?: string): Records[K];
  find<K extends Kind>(kind: K, id: string): Records[K] | undefined;
  all<K extends Kind>(kind: K): Records[K][];
  put<K extends Kind>(kind: K, value: Records[K]): void;
  /** Queues an event that carries a snapshot of `object`, of a connected account when one is named. */
  emit(type: string, object: object, account?: string): void;
  commit(): void;
  /** Base address of the 3-D Secure page. */
  publicUrl: string;
  /** The connected account for which the request is made (`Stripe-Account`); null for the platform itself. */
  account: string | null;
  /** What the platform's balance begins with in each currency, minor units. */
  openingBalance: number;
  /** How long a payout is on its way, milliseconds. */
  arrivalMs: number;
  /** How long evidence against a dispute may be sent, milliseconds. */
  evidenceDueMs: number;
  /** Set when the answer must not reach the caller: the connection is held, then cut. */
  hold: boolean;
};

/** Starts gathering changes on top of `store`. Nothing is visible to others before `commit`. */
export function startWork(
  store: Store,
  request: {
    id: string | null;
    idempotencyKey: string | null;
    publicUrl: string;
    account?: string | null;
    settings: Pick<Env, "OPENING_BALANCE_MINOR" | "PAYOUT_ARRIVAL_MS" | "EVIDENCE_DUE_MS">;
  },
): Work {
  const changed = new Map<string, Put>();
  const work: Work = {
    publicUrl: request.publicUrl,
    account: request.account ?? null,
    openingBalance: request.settings.OPENING_BALANCE_MINOR,
    arrivalMs: request.settings.PAYOUT_ARRIVAL_MS,
    evidenceDueMs: request.settings.EVIDENCE_DUE_MS,
    hold: false,
    find: <K extends Kind>(kind: K, id: string) =>
      (structuredClone(changed.get(`${kind} ${id}`)?.value) as Records[K] | undefined) ?? store.get(kind, id),
    need: (kind, id, param) => {
      const found = work.find(kind, id);
      if (!found) throw missing(kind, id, param);
      return found;
    },
    all: (kind) => store.all(kind),
    put: (kind, value) => void changed.set(`${kind} ${value.id}`, structuredClone({ kind, value }) as Put),
    emit: (type, object, account) =>
      work.put("event", {
        id: newId("event"),
        object: "event",
        ...(account ? { account } : {}),
        created: unixNow(),
        livemode: false,
        api_version: apiVersion,
        data: { object: structuredClone(object) },
        pending_webhooks: 1,
        request: { id: request.id, idempotency_key: request.idempotencyKey },
        type,
      }),
    commit: () => store.commit([...changed.values()]),
  };
  return work;
}
