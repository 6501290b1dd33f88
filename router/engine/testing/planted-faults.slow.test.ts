/** The generator has to find each fault that was found by hand before: with one mend undone at a time, it fails. */
import { afterEach, expect, test, vi } from "vitest";
import { GraphQLError } from "graphql";
import { readEnv } from "../../../kit/server/env.ts";
import type * as OperationCache from "../state/operation-cache.ts";
import type * as Prepared from "../state/prepared-operation.ts";
import type { planSteps as PlanSteps } from "../state/plan-steps.ts";
import { env } from "./env.ts";
import { graphs } from "./graphs/all.ts";

/** Generated operations in which each has to be found; as many as the smallest run in CI has of each graph. */
const specimens = 40;
const { DIFFERENTIAL_SEED: seed } = readEnv(env);

afterEach(() => {
  vi.doUnmock("../state/reachable-externals.ts");
  vi.doUnmock("../state/requirements-apart.ts");
  vi.doUnmock("../state/serial-mutations.ts");
  vi.doUnmock("../state/operation-cache.ts");
  vi.doUnmock("../state/exact-literals.ts");
  vi.doUnmock("../compile/collect-fields.ts");
  vi.doUnmock("../compile/number-care.ts");
});

/** Puts the old behaviour in the place of one module's. */
const undone: Record<string, () => void> = {
  "external fields of value types": () =>
    vi.doMock("../state/reachable-externals.ts", () => ({ markReachableExternals: () => {} })),
  "requirements below nested keys": () =>
    vi.doMock("../state/requirements-apart.ts", () => ({
      RequirementsApart: class {
        readonly isNeeded = false;
      },
    })),
  "mutations in series": () =>
    vi.doMock("../state/serial-mutations.ts", async () => {
      const { planSteps } = await vi.importActual<{ planSteps: typeof PlanSteps }>("../state/plan-steps.ts");
      return { planSerially: planSteps };
    }),
  "conditions of other operations": () =>
    vi.doMock("../state/operation-cache.ts", async () => {
      const actual = await vi.importActual<typeof OperationCache>("../state/operation-cache.ts");
      const { conditionVariables } = await vi.importActual<typeof Prepared>("../state/prepared-operation.ts");
      const prepared: typeof OperationCache.prepared = (state, document, choice, labels, coerced, ...rest) => {
        if (conditionVariables(document.definitions).some((name) => coerced[name] === null))
          throw new GraphQLError("a condition must not be null.");
        return actual.prepared(state, document, choice, labels, coerced, ...rest);
      };
      return { ...actual, prepared };
    }),
  "conditions that are null": () =>
    vi.doMock("../compile/collect-fields.ts", async () => ({
      ...(await vi.importActual("../compile/collect-fields.ts")),
      refusedCondition: () => undefined,
    })),
  "numbers in answers": () =>
    vi.doMock("../compile/number-care.ts", () => ({ careOf: () => 0, fieldCare: () => new Map() })),
  "numbers in literals": () =>
    vi.doMock("../state/exact-literals.ts", () => ({
      ExactLiterals: class {
        readonly definitions: unknown;
        constructor({ variableDefinitions = [] }: { variableDefinitions?: unknown[] }) {
          this.definitions = variableDefinitions;
        }
        hide = (args: unknown) => args;
        restored = (step: unknown) => step;
      },
    })),
};

/** The first graph, of those that are named, in which the generator fails now; undefined where it fails in none. */
async function foundIn(names: readonly string[]): Promise<string | undefined> {
  vi.resetModules();
  const { createTally, runDifferential } = await import("./differential.ts");
  for (const graph of graphs.filter(({ name }) => names.includes(name)))
    try {
      await runDifferential(graph, { specimens, seed }, createTally());
    } catch (error) {
      expect(String(error)).toContain("replay with");
      return graph.name;
    }
  return undefined;
}

test.each([
  ["external fields of value types", ["depot"]],
  ["requirements below nested keys", ["depot"]],
  ["mutations in series", ["counters"]],
  ["conditions of other operations", ["shop", "media"]],
  ["conditions that are null", ["shop", "media"]],
  ["numbers in answers", ["numbers"]],
  ["numbers in literals", ["numbers"]],
] as const)("without the mend of %s the generator fails", async (fault, names) => {
  undone[fault]?.();
  expect(await foundIn(names)).toBeDefined();
});
