/** Time of a request, and what it does to the memory of the process that answers it. */
import { residentMb } from "../../../router/bench/process-usage.ts";

export type Measured = {
  name: string;
  /** Status and code of the answer. */
  answer: string;
  /** Milliseconds of the first time, and the median of all. */
  firstMs: number;
  medianMs: number;
  /** The most that resident memory grew while they ran, megabytes. */
  grownMb: number;
  /** GraphQL requests that subgraphs got meanwhile. */
  asked: number;
};

const times = 5;
/** Milliseconds between two looks at the memory. */
const lookMs = 10;

/** Runs `work` and looks at the memory of `pid` meanwhile. */
async function withPeak<T>(pid: number, work: () => Promise<T>): Promise<{ value: T; grownMb: number }> {
  const before = residentMb(pid);
  let peak = before;
  const look = () => void (peak = Math.max(peak, residentMb(pid)));
  const timer = setInterval(look, lookMs);
  try {
    const value = await work();
    look();
    return { value, grownMb: peak - before };
  } finally {
    clearInterval(timer);
  }
}

/** Sends `send` five times; `asked` counts what subgraphs were asked so far. */
export async function measure(
  name: string,
  pid: number,
  asked: () => Promise<number>,
  send: () => Promise<{ status: number; code: string | undefined }>,
): Promise<Measured> {
  const before = await asked();
  const { value, grownMb } = await withPeak(pid, async () => {
    const elapsed: number[] = [];
    let answer = "";
    for (let count = 0; count < times; count++) {
      const began = performance.now();
      const { status, code } = await send();
      elapsed.push(performance.now() - began);
      answer = `${status} ${code ?? "data"}`;
    }
    return { elapsed, answer };
  });
  const sorted = value.elapsed.toSorted((one, other) => one - other);
  return {
    name,
    answer: value.answer,
    firstMs: value.elapsed[0] ?? 0,
    medianMs: sorted[Math.floor(sorted.length / 2)] ?? 0,
    grownMb,
    asked: (await asked()) - before,
  };
}

/** The rows as a table for people. */
export const table = (rows: readonly Measured[]): string[] => [
  "| input | answer | first ms | median ms | memory grew, MB | requests to subgraphs |",
  "| --- | --- | ---: | ---: | ---: | ---: |",
  ...rows.map(
    ({ name, answer, firstMs, medianMs, grownMb, asked }) =>
      `| ${name} | ${answer} | ${firstMs.toFixed(1)} | ${medianMs.toFixed(1)} | ${grownMb.toFixed(1)} | ${asked} |`,
  ),
];
