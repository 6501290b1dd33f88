/** One measurement of one variant under one operation, and what several come to. */
import { quantile } from "../../../router/bench/measure.ts";
import { load } from "./load.ts";
import type { Operation } from "./operations.ts";
import type { Running, System } from "./system.ts";
import { cpuBetween, readCpu, readStatements, type Cpu } from "./usage.ts";

/** What one round of requests took. Milliseconds; `cpu` is per request and part, `subgraphs` their sum. */
export type Sample = {
  rps: number;
  p50Ms: number;
  p99Ms: number;
  cpu: Cpu;
  subgraphs: number;
  /** Router, subgraphs and Postgres together. */
  total: number;
  statements: number;
  planMs: number;
  failed: number;
};

/** Loads `running` with `operation`. */
export async function measure(
  system: System,
  running: Running,
  operation: Operation,
  options: { connections: number; durationMs: number },
): Promise<Sample> {
  const statementsBefore = await readStatements(system.admin);
  const cpuBefore = readCpu(running.pids, system.postmaster);
  const { latencies, failed, elapsedMs } = await load(running.graphqlUrl, operation, options);
  const used = cpuBetween(cpuBefore, readCpu(running.pids, system.postmaster));
  const statementsAfter = await readStatements(system.admin);
  const requests = latencies.length;
  const cpu = Object.fromEntries(Object.entries(used).map(([part, ms]) => [part, ms / requests]));
  const total = Object.values(cpu).reduce((sum, ms) => sum + ms, 0);
  return {
    rps: (requests * 1000) / elapsedMs,
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
    cpu,
    subgraphs: total - (cpu["router"] ?? 0) - (cpu["postgres"] ?? 0),
    total,
    statements: (statementsAfter.calls - statementsBefore.calls) / requests,
    planMs: (statementsAfter.planMs - statementsBefore.planMs) / requests,
    failed,
  };
}

/** Figures over the rounds: medians, and the spread of the subgraphs' and Postgres's time: (max − min) / median. */
export type Figures = Sample & { spread: { subgraphs: number; postgres: number } };

/** The median of each figure. */
export function summarise(samples: readonly Sample[]): Figures {
  const sorted = (read: (sample: Sample) => number) => samples.map(read).sort((a, b) => a - b);
  const median = (read: (sample: Sample) => number) => quantile(sorted(read), 0.5);
  const spread = (read: (sample: Sample) => number) => {
    const values = sorted(read);
    return ((values.at(-1) ?? 0) - (values[0] ?? 0)) / median(read);
  };
  const postgres = (sample: Sample) => sample.cpu["postgres"] ?? 0;
  const parts = Object.keys(samples[0]?.cpu ?? {});
  return {
    rps: median((sample) => sample.rps),
    p50Ms: median((sample) => sample.p50Ms),
    p99Ms: median((sample) => sample.p99Ms),
    cpu: Object.fromEntries(parts.map((part) => [part, median((sample) => sample.cpu[part] ?? 0)])),
    subgraphs: median((sample) => sample.subgraphs),
    total: median((sample) => sample.total),
    statements: median((sample) => sample.statements),
    planMs: median((sample) => sample.planMs),
    failed: samples.reduce((sum, sample) => sum + sample.failed, 0),
    spread: { subgraphs: spread((sample) => sample.subgraphs), postgres: spread(postgres) },
  };
}
