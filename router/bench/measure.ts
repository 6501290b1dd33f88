/** One measurement of one contender under one scenario. */
import type { ChildProcess } from "node:child_process";
import { askHelper, type RunningRouter } from "./children.ts";
import type { LoadOrder, LoadResult } from "./load.ts";
import { cpuMs, residentMb } from "./process-usage.ts";
import type { Scenario } from "./scenarios.ts";

export type Sample = {
  /** Requests a second. */
  rps: number;
  cpuMsPerRequest: number;
  p50Ms: number;
  p99Ms: number;
  residentMb: number;
  fetchesPerRequest: number;
  /** Share of the router's core that was busy; under 0.9 the harness, not the router, set rps and p99. */
  busy: number;
  failed: number;
};

/** The value below which `share` of the sorted ones lie; NaN of none. */
export const quantile = (sorted: readonly number[], share: number) =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;

/** Loads `router` for `durationMs` and says what it took. */
export async function measure(
  router: RunningRouter,
  scenario: Scenario,
  rate: number | null,
  durationMs: number,
  helpers: { subgraphs: ChildProcess; load: ChildProcess; tokens: readonly string[] },
): Promise<Sample> {
  const { workload, operation, connections } = scenario;
  const { tokens } = helpers;
  const order: LoadOrder = { url: router.url, workload, operation, connections, tokens, durationMs, rate };
  const fetchesBefore = await askHelper<{ fetches: number }>(helpers.subgraphs, { ask: "fetches" });
  const cpuBefore = cpuMs(router.pid);
  const { latencies, failed, elapsedMs } = await askHelper<LoadResult>(helpers.load, order);
  const cpu = cpuMs(router.pid) - cpuBefore;
  const fetchesAfter = await askHelper<{ fetches: number }>(helpers.subgraphs, { ask: "fetches" });
  const requests = latencies.length;
  return {
    rps: (requests * 1000) / elapsedMs,
    cpuMsPerRequest: cpu / requests,
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
    residentMb: residentMb(router.pid),
    fetchesPerRequest: (fetchesAfter.fetches - fetchesBefore.fetches) / requests,
    busy: cpu / elapsedMs,
    failed,
  };
}

/** The median of each figure over the rounds, and the spread of CPU per request: (max − min) / median. */
export function summarise(samples: readonly Sample[]): Sample & { spread: number } {
  const median = (figure: keyof Sample) =>
    quantile(
      samples.map((sample) => sample[figure]).sort((a, b) => a - b),
      0.5,
    );
  const cpu = samples.map(({ cpuMsPerRequest }) => cpuMsPerRequest);
  return {
    rps: median("rps"),
    cpuMsPerRequest: median("cpuMsPerRequest"),
    p50Ms: median("p50Ms"),
    p99Ms: median("p99Ms"),
    residentMb: median("residentMb"),
    fetchesPerRequest: median("fetchesPerRequest"),
    busy: median("busy"),
    failed: samples.reduce((sum, sample) => sum + sample.failed, 0),
    spread: (Math.max(...cpu) - Math.min(...cpu)) / median("cpuMsPerRequest"),
  };
}
