import { expect, test } from "vitest";
import { readEnv } from "../../../kit/server/env.ts";
import { createTally, runDifferential } from "./differential.ts";
import { env } from "./env.ts";
import { graphs } from "./graphs/all.ts";
import { report } from "./report.ts";

const settings = readEnv(env);
const seed = settings.DIFFERENTIAL_SEED;
const chosen = graphs.filter(({ name }) => name === (settings.DIFFERENTIAL_GRAPH ?? name));
const isReplay = settings.DIFFERENTIAL_PATH !== undefined || settings.DIFFERENTIAL_GRAPH !== undefined;
const tally = createTally();

test.each(chosen)("$name answers as the oracles do", { timeout: 900_000 }, async (graph) => {
  const { DIFFERENTIAL_SPECIMENS: specimens, DIFFERENTIAL_PATH: path } = settings;
  await runDifferential(graph, { specimens, seed, path }, tally);
});

test("a third of the cases met a fault; a run of ten thousand met every listed shape", () => {
  console.log(report(tally, seed));
  if (isReplay) return;
  const isWhole = settings.DIFFERENTIAL_SPECIMENS >= 350;
  expect(tally.cases).toBeGreaterThanOrEqual(isWhole ? 10_000 : settings.DIFFERENTIAL_SPECIMENS * graphs.length);
  expect(tally.struck / tally.cases).toBeGreaterThanOrEqual(0.3);
  expect(tally.unfit / tally.cases).toBeLessThan(0.1);
  if (isWhole) expect(tally.coverage.missed()).toEqual([]);
});
