/** The check of the whole graph: each of its variants, and each operation against the variant that its client is served. */
import { buildSchema, type GraphQLSchema } from "graphql";
import type { RegisteredOperation } from "../operations/registry.ts";
import { retiredVariants, variantOf, wholeVariant } from "../variants.ts";
import type { Baselines } from "./baseline.ts";
import { checkSchema, invalidIn, type Finding, type InvalidOperation } from "./check.ts";

export type GraphFinding = Finding & {
  /** The variants that change so. */
  variants: readonly string[];
};

export type GraphCheck = {
  baseline: string;
  ok: boolean;
  /** The variants that were compared. */
  variants: readonly string[];
  changes: GraphFinding[];
  invalidOperations: (InvalidOperation & { variant: string })[];
};

type Clients = RegisteredOperation["clients"];

/** `operations` with those of their clients alone that are served `variant`; without the operations that have none. */
function servedOperations(operations: readonly RegisteredOperation[], variant: string): RegisteredOperation[] {
  return operations.flatMap((operation) => {
    const own = Object.entries(operation.clients).filter(([client]) => variantOf(client) === variant);
    return own.length > 0 ? [{ ...operation, clients: Object.fromEntries(own) }] : [];
  });
}

function mergedClients(all: readonly Clients[]): Clients {
  const names = [...new Set(all.flatMap((one) => Object.keys(one)))];
  return Object.fromEntries(
    names.map((name) => [name, [...new Set(all.flatMap((clients) => clients[name] ?? []))]] as const),
  );
}

/** The same operation of clients of several variants, once. */
function mergedOperations(all: readonly RegisteredOperation[]): RegisteredOperation[] {
  const byHash = Map.groupBy(all, ({ hash, name }) => `${hash} ${name}`);
  return [...byHash.values()].flatMap((same) =>
    same.slice(0, 1).map((one) => ({ ...one, clients: mergedClients(same.map(({ clients }) => clients)) })),
  );
}

const gravity = ["breaking", "dangerous", "safe"] as const;

/** One finding for what changes alike in several variants: the gravest verdict, all who are hit, all that is wrong. */
function mergedFinding(same: readonly GraphFinding[]): GraphFinding[] {
  const grave = gravity.flatMap((verdict) => same.filter((one) => one.verdict === verdict));
  const problems = [...new Set(same.flatMap(({ problem }) => (problem === null ? [] : [problem])))];
  const variants = same.flatMap((one) => one.variants);
  const breaks = same.some((one) => one.breaks);
  const operations = mergedOperations(same.filter((one) => one.breaks === breaks).flatMap((one) => one.operations));
  const problem = problems.length > 0 ? problems.join("; ") : null;
  return grave.slice(0, 1).map((one) => ({ ...one, variants, breaks, operations, problem }));
}

function removedVariant(name: string, today: string): GraphFinding {
  const date = Object.hasOwn(retiredVariants, name) ? retiredVariants[name] : undefined;
  const problem =
    date === undefined
      ? `the variant ${name} was never retired: name it in retiredVariants of schema/variants.ts, with the day that was promised`
      : `the variant ${name} was promised until ${date}`;
  return {
    kind: "VARIANT_REMOVED",
    path: name,
    message: `Variant '${name}' was removed`,
    verdict: "breaking",
    operations: [],
    breaks: false,
    problem: date !== undefined && today >= date ? null : problem,
    variants: [name],
  };
}

const addedVariant = (name: string): GraphFinding => ({
  kind: "VARIANT_ADDED",
  path: name,
  message: `Variant '${name}' was added`,
  verdict: "safe",
  operations: [],
  breaks: false,
  problem: null,
  variants: [name],
});

/** A variant that the baseline does not have: there is nothing to compare, but its clients' operations must fit. */
function checkAdded(name: string, api: string, operations: readonly RegisteredOperation[]) {
  return { name, changes: [addedVariant(name)], invalid: invalidIn(buildSchema(api), operations) };
}

async function checkKnown(
  { name: baseline, isPart }: Baselines,
  [name, schema]: readonly [string, GraphQLSchema],
  api: string,
  operations: readonly RegisteredOperation[],
  today: string,
) {
  const own = isPart && name === wholeVariant ? operations : servedOperations(operations, name);
  const { changes, invalidOperations: invalid } = await checkSchema({ name: baseline, schema }, api, own, today);
  return { name, changes: changes.map((change) => ({ ...change, variants: [name] })), invalid };
}

/**
 * Compares `apis` (SDL by variant) with the baselines on `today` (ISO date). A baseline that is one file has one variant:
 * no other is compared then, and all operations are judged by the one that holds the whole graph.
 */
export async function checkGraph(
  baselines: Baselines,
  apis: Readonly<Record<string, string>>,
  operations: readonly RegisteredOperation[],
  today: string,
): Promise<GraphCheck> {
  const known = Object.entries(baselines.schemas);
  const results = [];
  for (const [name, schema] of known) {
    const api = apis[name];
    if (api === undefined) results.push({ name, changes: [removedVariant(name, today)], invalid: [] });
    else results.push(await checkKnown(baselines, [name, schema], api, operations, today));
  }
  if (!baselines.isPart)
    for (const name of Object.keys(apis).filter((one) => !Object.hasOwn(baselines.schemas, one)))
      results.push(checkAdded(name, apis[name] ?? "", servedOperations(operations, name)));
  const alike = Map.groupBy(
    results.flatMap(({ changes }): GraphFinding[] => changes),
    ({ kind, path, message }) => `${kind} ${path} ${message}`,
  );
  const changes = [...alike.values()].flatMap(mergedFinding);
  const invalidOperations = results.flatMap(({ name, invalid }) => invalid.map((one) => ({ ...one, variant: name })));
  return {
    baseline: baselines.name,
    ok: invalidOperations.length === 0 && changes.every(({ problem }) => problem === null),
    variants: results.map(({ name }) => name),
    changes: gravity.flatMap((verdict) => changes.filter((change) => change.verdict === verdict)),
    invalidOperations,
  };
}
