/** One graph with everything that can answer for it. */
import { parse, validate, type DocumentNode, type ExecutionResult, type GraphQLSchema } from "graphql";
import { createEngine, type Engine } from "../engine.ts";
import { parseJson } from "../exact-json.ts";
import { answerOf, type Answer } from "./answer.ts";
import { createRecorder, type Fault, type Recorder } from "./faults.ts";
import { createMonolith } from "./monolith.ts";
import { resolveConditions } from "./resolve-conditions.ts";
import { startStock, type Execute } from "./stock.ts";
import { createSubgraph, type AskSubgraph, type RunContext } from "./subgraph.ts";
import { composeGraph, type TestGraph } from "./test-graph.ts";
import { createTruth } from "./truth.ts";

/** A valid operation of the graph, parsed. */
export type Operation = Parameters<Execute>[0];

/** The answers to one operation under the same faults. `truth` is there only without faults. */
export type Answers = {
  readonly engine: Answer;
  readonly stock: Answer;
  readonly truth: Answer | undefined;
  /** What stock gateway's run met. */
  readonly recorder: Recorder;
  /** What the engine's run met. */
  readonly engineRecorder: Recorder;
};

/** What takes the engine's planner seconds is to be answered on a busy machine too, milliseconds. */
const planningLimitMs = 60_000;

/** A graph, opened. */
export type Rig = {
  readonly graph: TestGraph;
  readonly apiSchema: GraphQLSchema;
  /** Parses a query; throws when it is not valid, for the generator promises that it is. */
  parse(query: string): DocumentNode;
  run(operation: Operation, faults: readonly Fault[]): Promise<Answers>;
  stop(): Promise<void>;
};

/** Our engine over subgraphs in this process; requests carry a `RunContext`. */
export const engineOver = (supergraphSdl: string, subgraphs: ReadonlyMap<string, AskSubgraph>): Engine =>
  createEngine({
    supergraphSdl,
    planningLimitMs,
    fetchSubgraph: async ({ subgraph, query, operationName, body, context }) => {
      const ask = subgraphs.get(subgraph);
      if (!ask) throw new Error(`no subgraph ${subgraph}`);
      const { variables } = parseJson(body, 2) as { variables: Record<string, unknown> };
      return { body: await ask({ query, operationName, variables }, context as RunContext) };
    },
  });

function executeOver(supergraphSdl: string, subgraphs: ReadonlyMap<string, AskSubgraph>): Execute {
  const engine = engineOver(supergraphSdl, subgraphs);
  return async ({ query, variables, operationName }, context) =>
    (await engine.execute({ query, variables, operationName, context })) as ExecutionResult;
}

/** Opens a graph: composes it, starts its subgraphs, both engines and the monolith. `onPlan` sees stock gateway's plans. */
export async function openRig(graph: TestGraph, onPlan: (plan: unknown) => void = () => {}): Promise<Rig> {
  const { supergraphSdl, apiSchema } = composeGraph(graph.subgraphs);
  const truth = createTruth(graph, apiSchema);
  const subgraphs = new Map(Object.keys(graph.subgraphs).map((name) => [name, createSubgraph(graph, truth, name)]));
  const stock = graph.judge === "monolith" ? undefined : await startStock(supergraphSdl, subgraphs, onPlan);
  const engine = executeOver(supergraphSdl, subgraphs);
  const monolith = createMonolith(apiSchema, truth);

  return {
    graph,
    apiSchema,
    parse: (query) => {
      const document = parse(query);
      const problems = validate(apiSchema, document);
      if (problems.length > 0) throw new Error(`generated an invalid operation: ${problems.join("; ")}\n${query}`);
      return document;
    },
    run: async (operation, faults) => {
      // Stock gateway's plans ask for fields that conditions leave out, and tell their errors.
      const resolved =
        faults.length > 0 &&
        resolveConditions(apiSchema, operation.document, operation.variables, operation.operationName);
      const asked = resolved ? { ...operation, ...resolved } : operation;
      const recorder = createRecorder(faults);
      const engineRecorder = createRecorder(faults);
      return {
        stock: await answerOf(() =>
          stock ? stock.execute(asked, { recorder, world: new Map() }) : monolith(operation, recorder),
        ),
        engine: await answerOf(() => engine(operation, { recorder: engineRecorder, world: new Map() })),
        truth: faults.length > 0 ? undefined : await answerOf(() => monolith(operation)),
        recorder,
        engineRecorder,
      };
    },
    stop: async () => stock?.stop(),
  };
}
