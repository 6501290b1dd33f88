/** The curve of a memory run as a table, with what is to be known of the machine. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { canPin } from "../children.ts";
import { machine } from "../machine.ts";
import { bounds, type Growth, type MemorySample } from "./growth.ts";
import type { Held } from "./probe.ts";

type Measured = {
  /** Before the first request but those that ask whether it answers. */
  start: Held;
  samples: readonly MemorySample[];
  /** Operations that were asked for at least once. */
  asked: number;
  loadBefore: readonly number[];
  loadAfter: readonly number[];
  growth: { heap: Growth; resident: Growth };
};

export type MemoryReport = Measured & {
  machine: string;
  pinned: boolean;
  requests: number;
  failed: number;
  elapsedMs: number;
  isBounded: boolean;
};

const page = join(import.meta.dirname, "../../../docs/benchmarks/router-memory.md");

/** A run as it is told. */
export function memoryReport(measured: Measured): MemoryReport {
  const { samples, growth } = measured;
  return {
    ...measured,
    machine: machine(),
    pinned: canPin,
    requests: samples.at(-1)?.requests ?? 0,
    failed: samples.reduce((sum, { failed }) => sum + failed, 0),
    elapsedMs: samples.at(-1)?.elapsedMs ?? 0,
    isBounded: growth.heap.isBounded && growth.resident.isBounded,
  };
}

const mb = (bytes: number) => (bytes / 2 ** 20).toFixed(1);
const cells = (held: Held) =>
  [held.heapBytes, held.externalBytes, held.residentBytes, held.residentAfterBytes].map(mb).join(" | ");

/** One line of the curve, for who waits. */
export const sampleLine = (sample: MemorySample): string =>
  `${sample.requests} requests in ${(sample.elapsedMs / 1000).toFixed(0)} s: heap ${mb(sample.heapBytes)} MB, resident ${mb(sample.residentBytes)} MB${sample.failed > 0 ? `, ${sample.failed} FAILED` : ""}`;

const verdict = (what: string, { second, last, share, bound, isBounded }: Growth): string =>
  `- ${what}: median of the second quarter ${mb(second)} MB, of the last ${mb(last)} MB, ${share < 0 ? "" : "+"}${(share * 100).toFixed(1)} % (bound +${bound * 100} %): ${isBounded ? "bounded" : "NOT BOUNDED"}`;

/** The curve and the verdict, Markdown. */
export function memoryTable({ start, samples, growth }: MemoryReport): string {
  return [
    verdict("heap after a collection", growth.heap),
    verdict("resident memory", growth.resident),
    "",
    "| requests | heap MB | external MB | resident MB | resident after collection MB |",
    "| ---: | ---: | ---: | ---: | ---: |",
    `| 0 | ${cells(start)} |`,
    ...samples.map((sample) => `| ${sample.requests} | ${cells(sample)} |`),
  ].join("\n");
}

/** Writes docs/benchmarks/router-memory.md. */
export function writeMemoryPage(report: MemoryReport): void {
  const averages = (values: readonly number[]) => values.map((value) => value.toFixed(2)).join(" ");
  const text = [
    "# The router's memory under many requests",
    "",
    "Written by `npm run bench:router -- --memory --write`: our router as a process, every request with an authorization of its",
    `own, the operations drawn evenly. It fails when the median of the last quarter is over that of the second by more than ${bounds.heap * 100} %`,
    `(heap, after a collection) or ${bounds.resident * 100} % (resident memory, before one).`,
    "",
    `- ${report.requests} requests over ${report.asked} distinct operations in ${(report.elapsedMs / 1000).toFixed(0)} s; ${report.failed} failed`,
    `- machine: ${report.machine}; the router ${report.pinned ? "was pinned to one core, load and subgraphs to the other" : "was not pinned"}`,
    `- load average of the machine (1, 5, 15 min) before: ${averages(report.loadBefore)}, after: ${averages(report.loadAfter)}`,
    memoryTable(report),
    "",
  ];
  mkdirSync(dirname(page), { recursive: true });
  writeFileSync(page, text.join("\n"));
}
