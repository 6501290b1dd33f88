/** What a run of the differential test tells a person. */
import type { Tally } from "./differential.ts";
import { dataDifferences, documented } from "./documented.ts";
import { openDefects } from "./open-defects.ts";

const percent = (part: number, whole: number): string => `${whole === 0 ? 0 : Math.round((100 * part) / whole)} %`;

/** Several lines: cases, faults, what was covered, which documented differences were met. */
export function report(tally: Tally, seed: number): string {
  const { cases, struck, unfit, stockWrong } = tally;
  return [
    `seed ${seed}: ${cases} cases, ${struck} of them struck by a fault (${percent(struck, cases)})`,
    `stock gateway wrong by the monolith in ${stockWrong} cases without faults; ${unfit} faulted cases judged by plausibility alone`,
    ...[...tally.coverage.counts].map(([shape, count]) => `  ${String(count).padStart(7)}  ${shape}`),
    ...[...documented.map(({ name }) => name), ...dataDifferences].map(
      (name) => `  ${String(tally.documented.get(name) ?? 0).padStart(7)}  documented: ${name}`,
    ),
    ...openDefects.map(({ name }) => `  ${String(tally.defects.get(name) ?? 0).padStart(7)}  OPEN DEFECT: ${name}`),
  ].join("\n");
}
