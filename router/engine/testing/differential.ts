/** The differential test itself: every generated case examined, everything that was met counted. */
import fc from "fast-check";
import { getOperationAST } from "graphql";
import { tell, type Answer } from "./answer.ts";
import { faultsOf, specimenArbitrary, type Specimen } from "./cases.ts";
import { compare, implausible, type Finding } from "./compare.ts";
import { createCoverage, type Coverage } from "./coverage.ts";
import type { Fault, Site } from "./faults.ts";
import { openDefects } from "./open-defects.ts";
import { isPlainFault } from "./monolith.ts";
import { render } from "./render.ts";
import { openRig, type Answers, type Operation, type Rig } from "./rig.ts";
import { lacksFields, losses } from "./situation.ts";
import type { TestGraph } from "./test-graph.ts";

/** What was run and met. `struck` counts cases whose faults really struck; `unfit` faulted cases for which stock gateway errs without faults already. */
export type Tally = {
  cases: number;
  struck: number;
  unfit: number;
  stockWrong: number;
  readonly documented: Map<string, number>;
  /** Cases that showed a defect of `open-defects.ts`. */
  readonly defects: Map<string, number>;
  readonly coverage: Coverage;
};

/** An empty tally. */
export const createTally = (): Tally => ({
  cases: 0,
  struck: 0,
  unfit: 0,
  stockWrong: 0,
  documented: new Map(),
  defects: new Map(),
  coverage: createCoverage(),
});

/** Whether stock gateway answers as the truth is: the same data, and no error of a kind that the truth knows nothing of. */
const isRight = (stock: Answer, truth: Answer): boolean =>
  JSON.stringify(stock.data) === JSON.stringify(truth.data) &&
  stock.errors.every(({ kind }) => truth.errors.some((other) => other.kind === kind));

const describeFault = ({ effect, subgraph, coordinate, id, everyRow }: Fault): string =>
  `${effect} at ${coordinate} of ${subgraph}${everyRow ? "" : ` on "${id}"`}`;

const describe = (answer: Answer | undefined): string =>
  answer ? `${JSON.stringify(answer.data)}${answer.errors.map((one) => `\n    ! ${tell(one)}`).join("")}` : "-";

/** Whether stock gateway's answer under faults can be a judge: not where it says what never was true, leaves out fields, or says nothing at all. */
const isJudge = ({ data }: Answer, truth: Answer): boolean =>
  truth.data === undefined ||
  (data !== undefined && !lacksFields(truth.data, data) && losses(truth.data, data).other.length === 0);

type Examined = {
  readonly operation: Operation;
  readonly faults: readonly Fault[];
  readonly answers: Answers;
  readonly finding: Finding;
};

/** A failing case as a person wants to read it. */
function reproduction(rig: Rig, { operation, faults, answers, finding }: Examined): string {
  return [
    `graph ${rig.graph.name}`,
    operation.query,
    `  variables ${JSON.stringify(operation.variables)}`,
    `  faults    ${faults.map(describeFault).join("; ") || "none"}`,
    `  engine    ${describe(answers.engine)}`,
    `  stock     ${describe(answers.stock)}`,
    `  truth     ${describe(answers.truth)}`,
    ...finding.wrong.map((one) => `  WRONG: ${one}`),
  ].join("\n");
}

const count = (counts: Map<string, number>, name: string): void => void counts.set(name, (counts.get(name) ?? 0) + 1);

/** Counts what was found; throws the reproduction of what is wrong and no known defect. */
function settle(rig: Rig, tally: Tally, examined: Examined): void {
  const { operation, answers, finding } = examined;
  tally.cases += 1;
  for (const name of finding.documented) count(tally.documented, name);
  if (finding.wrong.length === 0) return;
  const defect = openDefects.find((one) => one.isShownBy(rig.graph.name, operation.query, answers));
  if (!defect) throw new Error(reproduction(rig, examined));
  count(tally.defects, defect.name);
}

type Sound = { readonly truth: Answer; readonly stockFits: boolean; readonly sites: readonly Site[] };

async function examineSound(rig: Rig, operation: Operation, tally: Tally): Promise<Sound> {
  const answers = await rig.run(operation, []);
  const truth = answers.truth ?? answers.stock;
  const finding = compare(answers.engine, truth, {
    kind: "truth",
    faults: [],
    avoided: [],
    document: operation.document,
  });
  settle(rig, tally, { operation, faults: [], answers, finding });
  const stockFits = isRight(answers.stock, truth);
  if (!stockFits) tally.stockWrong += 1;
  const { touched } = rig.graph.judge === "monolith" ? answers.engineRecorder : answers.recorder;
  return { truth, stockFits, sites: [...touched.values()] };
}

async function examineFaulty(
  rig: Rig,
  operation: Operation,
  sound: Sound,
  faults: readonly Fault[],
  tally: Tally,
): Promise<void> {
  const byMonolith = rig.graph.judge === "monolith";
  const isMeant = !byMonolith || faults.every((fault) => isPlainFault(rig.graph, fault));
  // A mutation that fails changes nothing, and what comes after it sees that: only the monolith under the same faults knows how.
  const changes = byMonolith && getOperationAST(operation.document, operation.operationName)?.operation === "mutation";
  if (changes && !isMeant) return;
  const ran = await rig.run(operation, faults);
  const answers = { ...ran, truth: changes ? ran.stock : sound.truth };
  const { struck } = byMonolith ? answers.engineRecorder : answers.recorder;
  if (struck.size > 0) tally.struck += 1;
  tally.coverage.sawFaults(struck);
  const met = answers.engineRecorder.struck;
  const avoided = [...struck].filter((fault) => !met.has(fault));
  // Of a field that several subgraphs have, the engines may ask different ones.
  const isSame =
    [...met].every((fault) => struck.has(fault)) &&
    !faults.some(({ coordinate }) => rig.graph.sharedKeys?.includes(coordinate));
  const isFit = isMeant && sound.stockFits && isSame && isJudge(answers.stock, answers.truth);
  if (!isFit && !byMonolith) tally.unfit += 1;
  const situation = { kind: "stock", faults, avoided, truth: answers.truth, document: operation.document } as const;
  const compared = isFit ? compare(answers.engine, answers.stock, situation) : { wrong: [], documented: [] };
  const wrong = [...compared.wrong, ...implausible(answers.engine, answers.truth, faults)];
  settle(rig, tally, { operation, faults, answers, finding: { ...compared, wrong } });
}

/** Runs a specimen in all its variations, each without faults and with. Throws an Error whose message is the reproduction of the first wrong case. */
export async function examine(rig: Rig, { tree, choices }: Specimen, tally: Tally): Promise<void> {
  const { query, variables, operationName } = render(tree);
  const document = rig.parse(query);
  tally.coverage.sawOperation(document, rig.apiSchema);
  const sounds = new Map<string, Sound>();
  for (const [variation, values] of variables.entries()) {
    const operation = { document, query, variables: values, operationName };
    const key = JSON.stringify(values);
    const sound = sounds.get(key) ?? (await examineSound(rig, operation, tally));
    sounds.set(key, sound);
    const faults = faultsOf(choices[variation] ?? [], sound.sites);
    if (faults.length > 0) await examineFaulty(rig, operation, sound, faults, tally);
  }
}

/** How a run is made; `path` is fast-check's, to replay a failing case alone. */
export type RunOptions = { readonly specimens: number; readonly seed: number; readonly path?: string | undefined };

/** Runs generated specimens over a graph. Throws with seed, path and a minimal reproduction when the engine is wrong. */
export async function runDifferential(
  graph: TestGraph,
  { specimens, seed, path }: RunOptions,
  tally: Tally,
): Promise<void> {
  const rig = await openRig(graph, (plan) => tally.coverage.sawPlan(plan));
  try {
    const property = fc.asyncProperty(specimenArbitrary(rig.apiSchema), (specimen) => examine(rig, specimen, tally));
    const result = await fc.check(property, { seed, numRuns: specimens, ...(path === undefined ? {} : { path }) });
    if (!result.failed) return;
    const cause = result.errorInstance instanceof Error ? result.errorInstance.message : String(result.errorInstance);
    throw new Error(
      `${cause}\n  replay with DIFFERENTIAL_GRAPH=${graph.name} DIFFERENTIAL_SEED=${seed} DIFFERENTIAL_PATH=${result.counterexamplePath ?? ""}`,
    );
  } finally {
    await rig.stop();
  }
}
