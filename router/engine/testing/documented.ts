/** Every way in which the engine's answers are known to differ from an oracle's, with its reason. ADR 0013 lists the same names. */
import type { DocumentNode } from "graphql";
import type { Answer, Told } from "./answer.ts";
import type { Fault } from "./faults.ts";
import { begins, nullOnTheWay } from "./situation.ts";

/** What an error is judged by. */
export type Situation = {
  readonly engine: Answer;
  readonly oracle: Answer;
  readonly kind: "truth" | "stock";
  readonly faults: readonly Fault[];
  readonly document: DocumentNode;
};

/** A known difference: an error that only one side tells. */
export type Difference = {
  readonly name: string;
  readonly reason: string;
  readonly side: "engine" | "oracle" | "either";
  covers(error: Told, situation: Situation, side: "engine" | "oracle"): boolean;
};

export const documented: readonly Difference[] = [
  {
    name: "one-error-for-one-null",
    reason: "Where several errors null the same place, the specification asks for one of them; which ones are met first is each executor's own.",
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
