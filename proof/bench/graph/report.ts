/** From figures to tables and ratios. */
import { cpus, loadavg, release, totalmem } from "node:os";
import { subgraphNames } from "../../../schema/subgraphs.ts";
import type { Figures } from "./measure.ts";

/** By operation, then by variant in the order given. */
export type Results = Record<string, Record<string, Figures>>;

/** What a run hands over: `ratios` are each further variant's processor time per request over the first one's. */
export type Summary = {
  machine: string;
  commit: string | null;
  loadAverage: { before: number; after: number };
  rounds: number;
  seconds: number;
  connections: number;
  results: Results;
  ratios: Record<string, Record<string, { subgraphs: number; postgres: number; total: number }>>;
};

/** The machine in a line. */
export const machine = () =>
  `${cpus().length} × ${cpus()[0]?.model ?? "unknown"}, ${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${release()}, Node ${process.versions.node}`;

/** The load average of the last minute; includes the run itself once it is under way. */
export const loadNow = (): number => Number((loadavg()[0] ?? 0).toFixed(2));

/** Each further variant's time per request over that of the first, by operation and over all of them. */
export function ratiosOf(results: Results): Summary["ratios"] {
  const postgres = (figures: Figures) => figures.cpu["postgres"] ?? 0;
  const variants = Object.keys(Object.values(results)[0] ?? {});
  const [base = "", ...others] = variants;
  const over = (operations: string[], other: string, read: (figures: Figures) => number) => {
    const sum = (variant: string) =>
      operations.reduce((total, name) => total + (results[name]?.[variant] ? read(results[name][variant]) : 0), 0);
    return Number((sum(other) / sum(base)).toFixed(3));
  };
  const entry = (operations: string[]) =>
    Object.fromEntries(
      others.map((other) => [
        other,
        {
          subgraphs: over(operations, other, (figures) => figures.subgraphs),
          postgres: over(operations, other, postgres),
          total: over(operations, other, (figures) => figures.total),
        },
      ]),
    );
  const names = Object.keys(results);
  return { ...Object.fromEntries(names.map((name) => [name, entry([name])])), all: entry(names) };
}

const share = (value: number) => `±${(value * 50).toFixed(0)}%`;

/** A Markdown table of one operation; times are processor milliseconds per request unless they are latencies. */
export function table(operation: string, variants: Record<string, Figures>): string {
  const rows = Object.entries(variants).map(([name, one]) =>
    [
      name,
      one.rps.toFixed(0),
      one.p50Ms.toFixed(1),
      one.p99Ms.toFixed(1),
      (one.cpu["router"] ?? 0).toFixed(2),
      ...subgraphNames.map((subgraph) => (one.cpu[subgraph] ?? 0).toFixed(2)),
      `${one.subgraphs.toFixed(2)} ${share(one.spread.subgraphs)}`,
      `${(one.cpu["postgres"] ?? 0).toFixed(2)} ${share(one.spread.postgres)}`,
      one.statements.toFixed(1),
      String(one.failed),
    ].join(" | "),
  );
  const heads = ["variant", "requests/s", "p50 ms", "p99 ms", "router", ...subgraphNames];
  const all = [...heads, "subgraphs", "postgres", "statements", "failed"];
  return [
    `\n### ${operation}\n`,
    `| ${all.join(" | ")} |`,
    `|${all.map(() => "---").join("|")}|`,
    ...rows.map((row) => `| ${row} |`),
  ].join("\n");
}
