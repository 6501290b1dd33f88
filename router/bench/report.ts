/** From samples to a table, ratios against the goals, the page in docs and the guard against regressions. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { canPin } from "./children.ts";
import { machine } from "./machine.ts";
import type { Sample } from "./measure.ts";
import { saturating, signing } from "./scenarios.ts";

type Figures = Sample & { spread: number };
/** By scenario; `differences` names contenders that were left out since they answered otherwise. */
export type Results = Record<
  string,
  { rate: number | null; differences: Record<string, string>; contenders: Record<string, Figures> }
>;
type Goal = { name: string; scenario: string; ratio: number | null; must: number; ambitious: number; line: string };
export type Summary = { machine: string; pinned: boolean; goals: Goal[]; results: Results };

const page = join(import.meta.dirname, "../../docs/benchmarks/router.md");
const committed = join(import.meta.dirname, "ratios.json");

/** Regressions of a ratio beyond this share of the committed one fail the guard. */
const tolerance = 0.1;

type GoalOf = {
  name: string;
  scenario: string;
  /** Which of ours. */
  router: string;
  figure: keyof Sample;
  peers: string[];
  must: number;
  ambitious: number;
};

/** Processor time beside the two peers, with the same goals for each way through our router but for the plain one. */
const cpuGoals = (scenario: string, router: string, how: string): GoalOf[] => {
  const isPlain = router !== "antar";
  const common = { scenario, router, figure: "cpuMsPerRequest" } as const;
  return [
    {
      ...common,
      name: `CPU per request v Apollo Gateway${how}`,
      peers: ["apollo-gateway"],
      must: isPlain ? 1 / 6 : 1 / 8,
      ambitious: 1 / 12,
    },
    {
      ...common,
      name: `CPU per request v Hive Gateway with router-runtime${how}`,
      peers: ["hive-gateway-rust"],
      must: isPlain ? 1 / 2.5 : 1 / 4,
      ambitious: 1 / 7,
    },
  ];
};

const goals: GoalOf[] = [
  ...cpuGoals(saturating, "antar", ""),
  {
    name: "p99 at 32 connections v the best peer",
    scenario: saturating,
    router: "antar",
    figure: "p99Ms",
    peers: ["apollo-gateway", "hive-gateway", "hive-gateway-rust"],
    must: 1 / 4,
    ambitious: 1 / 8,
  },
  {
    name: "p50 with one connection v Apollo Gateway",
    scenario: "one connection",
    router: "antar",
    figure: "p50Ms",
    peers: ["apollo-gateway"],
    must: 1 / 4,
    ambitious: 1 / 6,
  },
  {
    name: "memory v Apollo Gateway",
    scenario: saturating,
    router: "antar",
    figure: "residentMb",
    peers: ["apollo-gateway"],
    must: 0.7,
    ambitious: 0.5,
  },
  ...cpuGoals(saturating, "antar-plain", ", all through Apollo Server"),
  ...cpuGoals(signing, "antar", ", identities signed"),
  ...cpuGoals(signing, "antar-plain", ", identities signed, all through Apollo Server"),
];

function judge(results: Results): Goal[] {
  const ratios = goals.map(({ name, scenario, router, figure, peers, must, ambitious }) => {
    const figures = results[scenario]?.contenders ?? {};
    const best = Math.min(...peers.map((peer) => figures[peer]?.[figure] ?? Number.POSITIVE_INFINITY));
    const ours = figures[router]?.[figure];
    const ratio = ours !== undefined && Number.isFinite(best) ? ours / best : null;
    return { name, scenario, ratio, must, ambitious };
  });
  const fetches = results[saturating]?.contenders["antar"]?.fetchesPerRequest ?? null;
  return [
    ...ratios,
    { name: "subgraph fetches for the main query", scenario: saturating, ratio: fetches, must: 8, ambitious: 7 },
  ].map((goal) => {
    const verdict =
      goal.ratio === null
        ? "not measured"
        : goal.ratio <= goal.ambitious
          ? "ambitious"
          : goal.ratio <= goal.must
            ? "must"
            : "missed";
    const shown = goal.ratio === null ? "–" : goal.ratio.toFixed(3);
    const line = `${goal.name}: ${shown} (must ≤ ${goal.must.toFixed(3)}, ambitious ≤ ${goal.ambitious.toFixed(3)}): ${verdict}`;
    return { ...goal, line };
  });
}

/** All figures of a run with the machine's description. */
export const report = (results: Results): Summary => ({
  machine: machine(),
  pinned: canPin,
  goals: judge(results),
  results,
});

/** A Markdown table of one scenario. */
export function table(name: string, entry: Results[string] | undefined): string {
  const rows = Object.entries(entry?.contenders ?? {}).map(
    ([router, one]) =>
      `| ${router} | ${one.cpuMsPerRequest.toFixed(2)} | ±${(one.spread * 50).toFixed(0)}% | ${one.rps.toFixed(0)} | ${one.p50Ms.toFixed(1)} | ${one.p99Ms.toFixed(1)} | ${one.residentMb.toFixed(0)} | ${one.fetchesPerRequest.toFixed(1)} | ${(one.busy * 100).toFixed(0)}%${one.busy < 0.9 ? " (harness-bound)" : ""} | ${one.failed} |`,
  );
  const left = Object.entries(entry?.differences ?? {}).map(([router, how]) => `\n${router} was left out: ${how}`);
  return [
    `\n### ${name}${entry?.rate ? ` (${entry.rate} requests a second)` : ""}\n`,
    "| router | CPU ms/request | spread | requests/s | p50 ms | p99 ms | MB | fetches | core busy | failed |",
    "|---|---|---|---|---|---|---|---|---|---|",
    ...rows,
    ...left,
  ].join("\n");
}

/** Writes docs/benchmarks/router.md and the ratios that later runs are guarded by. */
export function writeResults(summary: Summary): void {
  const text = [
    "# The router beside its peers",
    "",
    "Written by `npm run bench:router -- --write`. Medians over the rounds of one interleaved run; answers were compared first.",
    `Machine: ${summary.machine}; the router ${summary.pinned ? "had one core, load and subgraphs the other" : "was not pinned"}.`,
    "",
    ...summary.goals.map(({ line }) => `- ${line}`),
    ...Object.entries(summary.results).map(([name, entry]) => table(name, entry)),
    "",
  ];
  writeFileSync(page, text.join("\n"));
  const ratios = Object.fromEntries(summary.goals.map(({ name, ratio }) => [name, ratio]));
  writeFileSync(committed, `${JSON.stringify(ratios, null, 2)}\n`);
}

/** 1 when a ratio is over a tenth worse than the committed one, else 0; says which. Scenarios that were not asked for do not count. */
export function guard(summary: Summary): 0 | 1 {
  if (!existsSync(committed)) throw new Error("no committed ratios: run with --write first");
  const before = JSON.parse(readFileSync(committed, "utf8")) as Record<string, number | null>;
  const worse = summary.goals.filter(({ name, scenario, ratio }) => {
    const past = scenario in summary.results ? before[name] : null;
    return typeof past === "number" && (ratio === null || ratio > past * (1 + tolerance));
  });
  for (const { name, ratio } of worse)
    console.error(`worse: ${name} is ${ratio?.toFixed(3)}, was ${before[name]?.toFixed(3)}`);
  return worse.length > 0 ? 1 : 0;
}
