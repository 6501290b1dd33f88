/** Every way in which the engine's answers are known to differ from an oracle's, with its reason. ADR 0013 lists the same names. */
import type { DocumentNode } from "graphql";
import type { Answer, Told } from "./answer.ts";
import type { Fault } from "./faults.ts";
import { begins, isThereIn, isWholeAt, lacksSomething, leadsSomewhere, losses, nullOnTheWay } from "./situation.ts";

/** What an error is judged by. */
export type Situation = {
  readonly engine: Answer;
  readonly oracle: Answer;
  readonly kind: "truth" | "stock";
  readonly faults: readonly Fault[];
  /** Faults that struck the oracle and not the engine, which did not ask there. */
  readonly avoided: readonly Fault[];
  /** The answer without faults, where the oracle is stock gateway. */
  readonly truth?: Answer | undefined;
  readonly document: DocumentNode;
};

/** A known difference: an error that only one side tells. */
export type Difference = {
  readonly name: string;
  readonly reason: string;
  readonly side: "engine" | "oracle" | "either";
  covers(error: Told, situation: Situation, side: "engine" | "oracle"): boolean;
};

/** Whether the places lead to or through one another. */
const related = (one: Told["path"], other: Told["path"]): boolean =>
  one === undefined || other === undefined || begins(one, other) || begins(other, one);

/** Whether two paths differ in list indexes alone. */
function sameFields(one: Told["path"], other: Told["path"]): boolean {
  const fields = (path: Told["path"]) =>
    (path ?? []).filter((step) => typeof step === "string" && step !== "@" && step !== "_entities").join(".");
  return fields(one) === fields(other);
}

/** Differences of data alone, which `compare` recognises. */
export const dataDifferences = ["keeps-more", "fetched-together"] as const;

export const documented: readonly Difference[] = [
  {
    name: "asks-less",
    reason:
      "Stock gateway tells an error of what the operation did not select for the object, of an entity that it asked for without its key, or of what the engine had no need to ask; the engine lacks nothing there.",
    side: "oracle",
    covers: ({ path, message }, { engine, truth, avoided, kind: against }) => {
      if (against !== "stock" || truth === undefined) return false;
      if (path === undefined && avoided.some(({ subgraph }) => message.startsWith(`${subgraph} is `))) return true;
      if (path !== undefined && !leadsSomewhere(truth.data, path)) return true;
      if (/^\w+ knows no \w+ by /.test(message)) return true;
      const { lost } = losses(truth.data, engine.data);
      // What a subgraph says of an entity that was not needed of it, or of an object that is complete.
      const isApart = path !== undefined && (/ at @\w+ of /.test(message) || isWholeAt(truth.data, path));
      if (isApart && lost.every((one) => !related(one, path))) return true;
      if (path !== undefined && isThereIn(engine.data, path)) return true;
      return avoided.length > 0 && lost.every((one) => path !== undefined && !begins(path, one));
    },
  },
  {
    name: "asks-keys",
    reason:
      "The engine asks for the key of an object whose type it must learn, where stock gateway does not; under a fault that both meet, it fails at that place as well.",
    side: "engine",
    covers: ({ path, kind }, { oracle, truth, kind: against }) =>
      against === "stock" &&
      truth !== undefined &&
      path !== undefined &&
      !leadsSomewhere(truth.data, path) &&
      oracle.errors.some((other) => other.kind === kind),
  },
  {
    name: "outage-has-a-place",
    reason:
      "Stock gateway tells an outage once and without a path; the engine tells it at the objects that lack something because of it.",
    side: "either",
    covers: ({ path, kind }, { engine, oracle, kind: against }, side) => {
      if (against !== "stock" || kind !== "outage") return false;
      if (side === "oracle") return path === undefined && engine.errors.some((other) => other.kind === "outage");
      return (
        path !== undefined &&
        lacksSomething(engine.data, path) &&
        oracle.errors.some((other) => other.kind === "outage")
      );
    },
  },
  {
    name: "pathless-error-has-a-place",
    reason:
      "An error that a subgraph tells without a path is given the places of the fetch by the engine, and none by stock gateway.",
    side: "either",
    covers: ({ path, kind }, { engine, oracle, kind: against }, side) => {
      if (against !== "stock") return false;
      if (side === "oracle") return path === undefined && engine.errors.some((other) => other.kind === kind);
      return path !== undefined && oracle.errors.some((other) => other.path === undefined && other.kind === kind);
    },
  },
  {
    name: "entity-path-is-its-own",
    reason:
      "Stock gateway counts only the representations that it sent, so its index is off where an element was skipped, and its path ends in `_entities` where all of them failed; the engine tells every place of the entity.",
    side: "either",
    covers: ({ path, kind }, { engine, oracle, kind: against }, side) => {
      if (against !== "stock" || path === undefined) return false;
      const places = (errors: readonly Told[]) =>
        errors.filter((other) => other.kind === kind && other.path !== undefined);
      if (side === "oracle") return places(engine.errors).some((other) => sameFields(other.path, path));
      return lacksSomething(engine.data, path) && places(oracle.errors).some((other) => sameFields(other.path, path));
    },
  },
  {
    name: "error-lies-deeper",
    reason:
      "Stock gateway reports an entity's error at an object above as well, or only there, where one fetch led to the next; the engine reports it at the object that lacks something.",
    side: "either",
    covers: ({ path, kind }, { engine, oracle, kind: against }, side) => {
      if (against !== "stock" || path === undefined) return false;
      const places = (errors: readonly Told[]) =>
        errors.flatMap((other) => (other.kind === kind && other.path !== undefined ? [other.path] : []));
      if (side === "oracle") return places(engine.errors).some((place) => begins(place, path));
      return lacksSomething(engine.data, path) && places(oracle.errors).some((place) => begins(path, place));
    },
  },
  {
    name: "completion-is-told",
    reason:
      "Stock gateway says nothing in `errors` when it must put null in a non-null place itself; the specification demands an error.",
    side: "engine",
    covers: ({ path, kind }, { engine, oracle, kind: against }) =>
      against === "stock" &&
      path !== undefined &&
      (kind === "null in a non-null place" || kind === "value of another type") &&
      nullOnTheWay(engine.data, path) !== undefined &&
      !oracle.errors.some((other) => other.path !== undefined && other.kind === kind && related(other.path, path)),
  },
  {
    name: "condition-is-checked",
    reason:
      "Stock gateway says nothing where a variable of @skip or @include is null and the place is null anyway; the engine reports it there, as it does without faults.",
    side: "engine",
    covers: ({ path, kind }, { truth, kind: against }) =>
      against === "stock" &&
      kind === "null for a non-null argument" &&
      (truth?.errors ?? []).some((other) => other.kind === kind && sameFields(other.path, path)),
  },
  {
    name: "one-error-for-one-null",
    reason:
      "Where several errors null the same place, the specification asks for one of them; which ones are met first is each executor's own.",
    side: "either",
    covers: ({ path }, { engine, oracle }, side) => {
      if (path === undefined) return false;
      const place = nullOnTheWay(engine.data, path);
      if (place === undefined || place.length >= path.length) return false;
      const others = side === "engine" ? oracle.errors : engine.errors;
      return others.some((other) => other.path !== undefined && begins(other.path, place));
    },
  },
];
