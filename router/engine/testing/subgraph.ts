/** Subgraphs in this process: graphql-js over the rows, under faults. */
import { isDeepStrictEqual } from "node:util";
import { buildSubgraphSchema } from "@apollo/subgraph";
import {
  execute,
  Kind,
  parse,
  validate,
  type DocumentNode,
  type GraphQLFieldResolver,
  type SelectionSetNode,
} from "graphql";
import { withExactScalars } from "./exact-scalars.ts";
import { externalFields } from "./external-fields.ts";
import { subgraphFault, underFaults, type Recorder } from "./faults.ts";
import { subgraphSdl, type Row, type TestGraph, type World } from "./test-graph.ts";
import { parseFieldSet, type Truth } from "./truth.ts";

/** What travels with one execution, from whichever engine, to the subgraphs. */
export type RunContext = { readonly recorder: Recorder; readonly world: World };

/** What a subgraph answers: text, as over the network. Rejects when the subgraph is down. */
export type AskSubgraph = (
  request: { query: string; operationName?: string | undefined; variables: Record<string, unknown> },
  context: RunContext,
) => Promise<string>;

/** The representation that an entity was asked for by, and the row that it named. */
const given = Symbol("representation");
const named = Symbol("row");
type Parent = Row & { readonly [given]?: Record<string, unknown>; readonly [named]?: Row };

const identityOf = (row: Row): string =>
  [row["id"], row["code"], row["vin"]].find((value) => typeof value === "string") ?? "";

/** Key field sets by type name. */
function keysOf(sdl: string): Map<string, { selections: SelectionSetNode; isInterface: boolean }[]> {
  const keys = new Map<string, { selections: SelectionSetNode; isInterface: boolean }[]>();
  for (const type of parse(sdl).definitions) {
    if (type.kind !== Kind.OBJECT_TYPE_DEFINITION && type.kind !== Kind.INTERFACE_TYPE_DEFINITION) continue;
    const found = (type.directives ?? [])
      .filter((directive) => directive.name.value === "key")
      .filter(
        (directive) =>
          !directive.arguments?.some(
            ({ name, value }) => name.value === "resolvable" && "value" in value && value.value === false,
          ),
      )
      .flatMap((directive) => directive.arguments?.find(({ name }) => name.value === "fields")?.value ?? [])
      .flatMap((value) => (value.kind === Kind.STRING ? [parseFieldSet(value.value)] : []))
      .map((selections) => ({ selections, isInterface: type.kind === Kind.INTERFACE_TYPE_DEFINITION }));
    if (found.length > 0) keys.set(type.name.value, found);
  }
  return keys;
}

/** Whether `whole` has everything that `part` has, with equal values. */
function contains(whole: unknown, part: unknown): boolean {
  if (Array.isArray(part))
    return (
      Array.isArray(whole) && whole.length === part.length && part.every((one, index) => contains(whole[index], one))
    );
  if (part === null || typeof part !== "object") return isDeepStrictEqual(whole, part);
  if (whole === null || typeof whole !== "object") return false;
  return Object.entries(part).every(([name, value]) => contains((whole as Record<string, unknown>)[name], value));
}

const has = (representation: Record<string, unknown>, { selections }: SelectionSetNode): boolean =>
  selections.every((selection) => selection.kind !== Kind.FIELD || representation[selection.name.value] !== undefined);

function referenceResolver(
  graph: TestGraph,
  truth: Truth,
  subgraph: string,
  typeName: string,
  keys: { selections: SelectionSetNode; isInterface: boolean }[],
) {
  // Asynchronous, or one that throws would fail the whole list in federation's own library.
  return async (representation: Record<string, unknown>, { recorder, world }: RunContext): Promise<unknown> => {
    const key = keys.find(({ selections }) => has(representation, selections));
    if (!key) throw new Error(`${subgraph} knows no ${typeName} by ${Object.keys(representation).join(" ")}`);
    const row = graph.rows.find(
      (one) => truth.isOf(one, typeName) && contains(representation, truth.select(one, key.selections, world)),
    );
    if (!row) return null;
    return underFaults(recorder, { subgraph, coordinate: `@${typeName}`, id: identityOf(row) }, () => {
      const { __typename, ...fields } = row;
      return { ...(key.isInterface ? row : fields), [named]: row, [given]: representation };
    });
  };
}

/** The row behind a resolver's parent: references are copies, as federation's library marks them with a type name. */
const rowOf = (parent: Parent | undefined, typeName: string): Row =>
  parent?.[named] ??
  (parent && "__typename" in parent ? parent : { ...(parent as Row | undefined), __typename: typeName });

function fieldResolver(
  graph: TestGraph,
  truth: Truth,
  subgraph: string,
): GraphQLFieldResolver<Parent | undefined, RunContext> {
  return (parent, args, { recorder, world }, { parentType, fieldName }) => {
    const row = rowOf(parent, parentType.name);
    const coordinate = `${parentType.name}.${fieldName}`;
    return underFaults(recorder, { subgraph, coordinate, id: identityOf(row) }, () => {
      const computed = graph.computed?.[coordinate];
      if (!computed) return truth.valueOf(row, parentType.name, fieldName, args, world);
      const representation = parent?.[given];
      const requirement = truth.requirements.get(coordinate);
      if (!representation || !requirement || !has(representation, requirement))
        throw new Error(`${coordinate} asked of ${subgraph} without what it requires`);
      return computed(representation, args);
    });
  };
}

const cacheLimit = 5_000;

/** One subgraph of a graph, ready to be asked. */
export function createSubgraph(graph: TestGraph, truth: Truth, name: string): AskSubgraph {
  const sdl = graph.subgraphs[name] ?? "";
  const resolvers = Object.fromEntries(
    [...keysOf(sdl)].map(([type, keys]) => [
      type,
      { __resolveReference: referenceResolver(graph, truth, name, type, keys) },
    ]),
  );
  const schema = withExactScalars(
    buildSubgraphSchema([{ typeDefs: parse(subgraphSdl(sdl)), resolvers: resolvers as never }]),
  );
  const externalIn = graph.judge === "monolith" ? externalFields(sdl, schema) : () => undefined;
  const resolver = fieldResolver(graph, truth, name);
  const documents = new Map<string, DocumentNode>();

  const documentOf = (query: string): DocumentNode => {
    const known = documents.get(query);
    if (known) return known;
    const document = parse(query, { noLocation: true });
    const problems = validate(schema, document);
    if (problems.length > 0) throw new Error(`${name} was sent an invalid document: ${problems.join("; ")}\n${query}`);
    const external = externalIn(document);
    if (external !== undefined) throw new Error(`${name} was asked for ${external}, which is external: ${query}`);
    if (documents.size >= cacheLimit) documents.clear();
    documents.set(query, document);
    return document;
  };

  return async ({ query, operationName, variables }, context) => {
    const fault = subgraphFault(context.recorder, name);
    if (fault === "down") throw new Error(`${name} is down`);
    const refusal = { message: `${name} is out of order`, extensions: { code: "OUT_OF_ORDER" } };
    if (fault === "refused") return JSON.stringify({ errors: [refusal] });
    const { data, errors = [] } = await execute({
      schema,
      document: documentOf(query),
      operationName,
      variableValues: variables,
      contextValue: context,
      fieldResolver: resolver as GraphQLFieldResolver<unknown, unknown>,
    });
    const told = fault === "whine" ? [...errors, refusal] : errors;
    return JSON.stringify(told.length > 0 ? { data, errors: told } : { data });
  };
}
