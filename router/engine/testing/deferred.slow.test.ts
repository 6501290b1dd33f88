/** Generated operations with `@defer` scattered over them: all parts together are the answer of the same operation without it. */
import fc from "fast-check";
import { parse, type DocumentNode, type ExecutionResult } from "graphql";
import { expect, test } from "vitest";
import { readEnv } from "../../../kit/server/env.ts";
import { parseJson } from "../exact-json.ts";
import { answerOf } from "./answer.ts";
import { faultsOf, specimenArbitrary } from "./cases.ts";
import { implausible } from "./compare.ts";
import { receive, sprinkle, treatments, withoutDeferred, withoutFailed } from "./deferred.ts";
import { env } from "./env.ts";
import { createRecorder, type Fault } from "./faults.ts";
import { graphs } from "./graphs/all.ts";
import { render } from "./render.ts";
import { engineOver } from "./rig.ts";
import { createSubgraph } from "./subgraph.ts";
import { composeGraph, type TestGraph } from "./test-graph.ts";
import { createTruth } from "./truth.ts";

const settings = readEnv(env);
const chosen = graphs.filter(({ name }) => name === (settings.DIFFERENTIAL_GRAPH ?? name));

function openGraph(graph: TestGraph) {
  const { supergraphSdl, apiSchema } = composeGraph(graph.subgraphs);
  const truth = createTruth(graph, apiSchema);
  const subgraphs = new Map(Object.keys(graph.subgraphs).map((name) => [name, createSubgraph(graph, truth, name)]));
  const engine = engineOver(supergraphSdl, subgraphs);
  const ask = (query: string, variables: Record<string, unknown>, defer: boolean, faults: readonly Fault[]) => {
    const recorder = createRecorder(faults);
    return { recorder, result: engine.execute({ query, variables, defer, context: { recorder, world: new Map() } }) };
  };
  /** For documents that validation would refuse for variables or fragments that are left over. */
  const askUnchecked = (document: DocumentNode, variables: Record<string, unknown>) =>
    engine.executeValid({
      query: document,
      variables,
      context: { recorder: createRecorder(), world: new Map() },
    }) as Promise<ExecutionResult>;
  return { apiSchema, ask, askUnchecked };
}

const plain = (value: unknown): unknown => (value === undefined ? undefined : parseJson(JSON.stringify(value), 2));

const specimen = (apiSchema: Parameters<typeof specimenArbitrary>[0]) =>
  fc.record({
    specimen: specimenArbitrary(apiSchema),
    choices: fc.array(fc.constantFrom(...treatments), { minLength: 1, maxLength: 12 }),
    later: fc.constantFrom(true, false, undefined),
  });

test.each(chosen)("$name: the parts together are the whole answer", { timeout: 900_000 }, async (graph) => {
  const { apiSchema, ask, askUnchecked } = openGraph(graph);
  let inParts = 0;
  const property = fc.asyncProperty(
    specimen(apiSchema),
    async ({ specimen: { tree, choices: faults }, choices, later }) => {
      // One operation a document: `@defer` is scattered over all of them.
      const { query, variables: sets } = render({ ...tree, named: false });
      const deferred = sprinkle(apiSchema, parse(query), choices);
      for (const [variation, values] of sets.entries()) {
        const asked = { ...values, ...(later === undefined ? {} : { later }) };
        const note = `${deferred}\n${JSON.stringify(asked)}`;
        const whole = ask(query, values, false, []);
        const expected = (await whole.result) as ExecutionResult;
        const { data, errors, initial, payloads } = await receive(await ask(deferred, asked, true, []).result);
        if (payloads.length > 0) inParts++;
        if (!expected.errors) {
          expect(plain(errors), note).toEqual([]);
          expect(plain(data), note).toEqual(plain(expected.data));
          // What a condition that is null may make an error comes at once.
          const first = Object.values(values).includes(null) ? undefined : withoutDeferred(parse(deferred), later);
          const alone = first && plain((await askUnchecked(first, asked)).data);
          if (first) expect(JSON.stringify(plain(initial.data)), note).toBe(JSON.stringify(alone));
        } else if (expected.data === undefined) expect(data, note).toBeUndefined();
        expect(plain(((await ask(deferred, asked, false, []).result) as ExecutionResult).data), note).toEqual(
          plain(expected.data),
        );

        const struck = faultsOf(faults[variation] ?? [], [...whole.recorder.touched.values()]);
        // Where the whole answer has errors, parts may keep more.
        if (struck.length === 0 || expected.errors) continue;
        // A mutation that fails changes nothing, which others see: the truth without faults is no measure.
        if (graph.judge === "monolith" && tree.kind === "mutation") continue;
        const told = await answerOf(async () => {
          const faulty = await receive(await ask(deferred, asked, true, struck).result);
          const data = withoutFailed(faulty.data, faulty.payloads);
          return { data: data as ExecutionResult["data"] & {}, errors: faulty.errors };
        });
        expect(
          told.errors.filter(({ kind }) => kind.startsWith("thrown")),
          note,
        ).toEqual([]);
        const truth = await answerOf(() => Promise.resolve(expected));
        expect(implausible(told, truth, struck), `${note}\n${JSON.stringify(struck)}\n${JSON.stringify(told)}`).toEqual(
          [],
        );
      }
    },
  );
  const numRuns = Math.ceil(settings.DIFFERENTIAL_SPECIMENS / 2);
  const path = settings.DIFFERENTIAL_PATH;
  await fc.assert(property, { seed: settings.DIFFERENTIAL_SEED, numRuns, ...(path === undefined ? {} : { path }) });
  if (path === undefined) expect(inParts).toBeGreaterThan(numRuns / 2);
});
