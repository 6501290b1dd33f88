/** `npm run bench:router -- --memory`: whether the router's memory stays bounded under many requests over many operations. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { askHelper, forkHelper, startRouter, stopAll } from "../children.ts";
import { antar } from "../contenders.ts";
import { composeWorkload } from "../supergraph.ts";
import { findWorkload } from "../workload/find.ts";
import { judgeGrowth, type MemorySample } from "./growth.ts";
import type { MemoryLoadResult, MemoryOrder } from "./load.ts";
import type { Held } from "./probe.ts";
import { memoryReport, memoryTable, sampleLine, writeMemoryPage, type MemoryReport } from "./report.ts";

export type MemoryOptions = { requests: number; operations: number; json: boolean; write: boolean };

/** Samples of a run, evenly spaced over its requests. */
const sampleCount = 40;
const connections = 32;

const probed = {
  ...antar,
  answersMessages: true,
  // A busy machine makes everything slow, and nothing of it fail.
  env: { ...antar.env, SUBGRAPH_TIMEOUT_MS: "60000" },
  command: (file: string, port: number): [string, ...string[]] => {
    const [program, ...args] = antar.command(file, port);
    return [program, "--expose-gc", "--import", join(import.meta.dirname, "probe.ts"), ...args];
  },
};

async function sampleAll(options: MemoryOptions, folder: string): Promise<MemoryReport> {
  const workload = findWorkload("reviews");
  const subgraphs = forkHelper("subgraphs.ts", workload.name);
  const { urls } = await new Promise<{ urls: Record<string, string> }>((done) => subgraphs.once("message", done));
  const file = join(folder, "memory.graphql");
  writeFileSync(file, composeWorkload(workload, urls));
  const load = forkHelper("memory/load.ts");
  const router = await startRouter(probed, file);
  const samples: MemorySample[] = [];
  const loadBefore = loadavg();
  const start = await askHelper<Held>(router.process, { ask: "held" });
  let sent = 0;
  let elapsedMs = 0;
  let asked = 0;
  for (let index = 1; index <= sampleCount; index += 1) {
    const requests = Math.round((options.requests * index) / sampleCount) - sent;
    const order: MemoryOrder = { url: router.url, operations: options.operations, requests, connections };
    const result = await askHelper<MemoryLoadResult>(load, order);
    sent += requests;
    elapsedMs += result.elapsedMs;
    asked = result.asked;
    const held = await askHelper<Held>(router.process, { ask: "held" });
    const sample = { ...held, requests: sent, elapsedMs, failed: result.failed };
    samples.push(sample);
    if (!options.json) console.error(sampleLine(sample));
  }
  return memoryReport({ start, samples, asked, loadBefore, loadAfter: loadavg(), growth: judgeGrowth(samples) });
}

/** Runs it, prints table and JSON; 1 when memory is not bounded, or a request failed, else 0. */
export async function runMemory(options: MemoryOptions): Promise<0 | 1> {
  const { requests, operations } = options;
  if (!(requests >= sampleCount) || !(operations >= 1)) throw new Error(`--requests is at least ${sampleCount}`);
  const folder = mkdtempSync(join(tmpdir(), "antar-bench-"));
  try {
    const report = await sampleAll(options, folder);
    if (!options.json) console.error(memoryTable(report));
    if (options.write) writeMemoryPage(report);
    console.log(JSON.stringify(report));
    return report.isBounded && report.failed === 0 ? 0 : 1;
  } finally {
    stopAll();
    rmSync(folder, { recursive: true, force: true });
  }
}
