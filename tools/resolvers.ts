/**
 * `node tools/resolvers.ts`: every resolver has its field in the contract, and every field that needs a resolver has one.
 * A field needs one on a root type, and wherever the object behind its type has no property of that name and type; the
 * compiler answers that for a probe written from the generated types. A key on an entity needs `__resolveReference`.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Kind, type DocumentNode, type FieldDefinitionNode, type ObjectTypeDefinitionNode } from "graphql";
import { placeOf, readContracts, type Contract } from "../schema/sources.ts";

/** What a subgraph resolves: type → field → resolver. */
export type ResolverMap = Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>>;

/** A contract with the map that serves it. */
export type Served = { contract: Contract; resolvers: ResolverMap };

const root = join(import.meta.dirname, "..");
const isRoot = (name: string): boolean => ["Query", "Mutation", "Subscription"].includes(name);

function objectsOf(typeDefs: DocumentNode): ObjectTypeDefinitionNode[] {
  return typeDefs.definitions.flatMap((node) =>
    node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.OBJECT_TYPE_EXTENSION
      ? [{ ...node, kind: Kind.OBJECT_TYPE_DEFINITION } as ObjectTypeDefinitionNode]
      : [],
  );
}

/** Resolvers of types or fields that the contract does not have. */
export function strayResolvers({ contract, resolvers }: Served): string[] {
  const known = new Map<string, Set<string>>();
  for (const node of contract.typeDefs.definitions) {
    if (!("name" in node) || node.name === undefined) continue;
    const fields = known.get(node.name.value) ?? new Set(["__resolveReference", "__resolveType", "__isTypeOf"]);
    for (const field of "fields" in node ? (node.fields ?? []) : []) fields.add(field.name.value);
    known.set(node.name.value, fields);
  }
  return Object.entries(resolvers).flatMap(([type, fields]) => {
    const declared = known.get(type);
    if (!declared) return [`${contract.file}: ${type} has resolvers, and is not declared`];
    return Object.keys(fields ?? {}).flatMap((field) =>
      declared.has(field) ? [] : [`${contract.file}: ${type}.${field} has a resolver, and is not declared`],
    );
  });
}

function isResolvable(type: ObjectTypeDefinitionNode): boolean {
  return (type.directives ?? []).some(
    (directive) =>
      directive.name.value === "key" &&
      !directive.arguments?.some(
        ({ name, value }) => name.value === "resolvable" && value.kind === Kind.BOOLEAN && !value.value,
      ),
  );
}

/** Entities that the subgraph says it resolves by key, and does not. */
export function missingReferences({ contract, resolvers }: Served): string[] {
  return objectsOf(contract.typeDefs)
    .filter((type) => isResolvable(type) && typeof resolvers[type.name.value]?.["__resolveReference"] !== "function")
    .map((type) => `${placeOf(contract, type.name)} ${type.name.value} has a key, and no __resolveReference`);
}

const isExternal = (field: FieldDefinitionNode): boolean =>
  field.directives?.some(({ name }) => name.value === "external") ?? false;

type Question = { served: Served; type: string; field: FieldDefinitionNode };

function unresolved(served: Served): Question[] {
  return objectsOf(served.contract.typeDefs).flatMap((node) => {
    const type = node.name.value;
    const given = served.resolvers[type] ?? {};
    return (node.fields ?? [])
      .filter((field) => given[field.name.value] === undefined && !isExternal(field))
      .map((field) => ({ served, type, field }));
  });
}

const probeHead = `
type Answer<R> = Awaited<ReturnType<Extract<NonNullable<R>, (...given: never[]) => unknown>>>;
type Absent<A> = null extends A ? undefined : never;
type Served<P, R, K extends PropertyKey> = K extends keyof P
  ? P[K] extends Answer<R> | Absent<Answer<R>> | ((...given: never[]) => unknown) ? true : "another type"
  : "absent";
`;

/** Asks the compiler, per question, whether the parent's property serves the field; answers the lines that it refuses. */
function refusedLines(questions: readonly Question[], names: readonly string[]): Map<number, string> {
  const imports = names.map(
    (name) =>
      `import type * as ${name} from ${JSON.stringify(join(root, `subgraphs/${name}/generated/resolvers.ts`))};`,
  );
  const lines = [...imports, ...probeHead.split("\n")];
  const first = lines.length + 1;
  for (const [index, { served, type, field }] of questions.entries()) {
    const from = served.contract.name;
    const key = JSON.stringify(field.name.value);
    lines.push(
      `export const q${index}: Served<${from}.ResolversParentTypes["${type}"], ${from}.${type}Resolvers[${key}], ${key}> = true;`,
    );
  }
  const folder = mkdtempSync(join(tmpdir(), "antar-resolvers-"));
  try {
    writeFileSync(join(folder, "probe.mts"), lines.join("\n"));
    const compilerOptions = { typeRoots: [join(root, "node_modules/@types")] };
    const config = { extends: join(root, "tsconfig.json"), include: [], files: ["probe.mts"], compilerOptions };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
    const { stdout } = spawnSync(join(root, "node_modules/.bin/tsc"), ["--project", ".", "--pretty", "false"], {
      cwd: folder,
      encoding: "utf8",
    });
    const refused = [...stdout.matchAll(/^probe\.mts\((\d+),\d+\): error (.*)$/gm)];
    return new Map(refused.map(([, line, message]) => [Number(line) - first, message ?? ""]));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Fields that nothing resolves: on root types, and where the parent lacks the property or has another type there. */
export function missingResolvers(all: readonly Served[]): string[] {
  const questions = all.flatMap(unresolved);
  const say = ({ served, type, field }: Question, why: string) =>
    `${placeOf(served.contract, field.name)} ${type}.${field.name.value} needs a resolver: ${why}`;
  const open = questions.filter(({ type }) => !isRoot(type));
  const refused = refusedLines(open, [...new Set(all.map(({ contract }) => contract.name))]);
  return [
    ...questions.filter(({ type }) => isRoot(type)).map((question) => say(question, "it is a root field")),
    ...open.flatMap((question, index) => {
      const message = refused.get(index);
      if (message === undefined) return [];
      return [
        say(
          question,
          message.includes('"absent"')
            ? "its object has no such property"
            : `its object's property has another type (${message})`,
        ),
      ];
    }),
  ];
}

/** Every subgraph with the map that it exports from resolvers/resolvers.ts. */
export async function readServed(): Promise<Served[]> {
  return Promise.all(
    readContracts(root).map(async (contract) => {
      const module = (await import(`../subgraphs/${contract.name}/resolvers/resolvers.ts`)) as {
        resolvers: ResolverMap;
      };
      return { contract, resolvers: module.resolvers };
    }),
  );
}

if (import.meta.main) {
  const all = await readServed();
  const problems = [...all.flatMap(strayResolvers), ...all.flatMap(missingReferences), ...missingResolvers(all)];
  for (const problem of problems) console.error(problem);
  console.log(`${problems.length} fields without resolver or resolvers without field`);
  if (problems.length > 0) process.exitCode = 1;
}
