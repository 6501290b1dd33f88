/** The subgraphs' contracts as text and as trees that know the file, line and column of every node. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { GraphQLError, parse, type ASTNode, type DocumentNode } from "graphql";
import { subgraphNames } from "./subgraphs.ts";

/** A graph that cannot be composed or judged; `problems` has one line each, with its place in front. */
export class CompositionError extends Error {
  override name = "CompositionError";
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join("\n"));
    this.problems = problems;
  }
}

/** One subgraph's contract; `typeDefs` holds its own definitions, then the shared ones. */
export type Contract = { name: string; file: string; own: string; typeDefs: DocumentNode };

const sharedFile = "schema/shared.graphql";

/** `file:line:column` of an offset into `text`, both counted from 1. */
function position(file: string, text: string, offset: number): string {
  const before = text.slice(0, offset).split("\n");
  return `${file}:${before.length}:${(before.at(-1)?.length ?? 0) + 1}`;
}

/** `file:line:column` of an offset into the contract: in its own file, or in the shared one that follows it. */
function placeOfOffset(contract: { file: string; own: string }, text: string, offset: number): string {
  const { file, own } = contract;
  if (offset <= own.length) return position(file, own, offset);
  return position(sharedFile, text.slice(own.length + 1), offset - own.length - 1);
}

/** `file:line:column` of a node of `contract`'s tree; the bare file for a node that was made by a tool. */
export function placeOf(contract: Contract, node: ASTNode | undefined): string {
  return node?.loc ? placeOfOffset(contract, node.loc.source.body, node.loc.start) : contract.file;
}

function readContract(root: string, name: string, shared: string): Contract {
  const file = `subgraphs/${name}/schema.graphql`;
  if (!existsSync(join(root, file)))
    throw new CompositionError([`${file}: not found, though schema/subgraphs.ts lists ${name}`]);
  const own = readFileSync(join(root, file), "utf8");
  const text = `${own}\n${shared}`;
  try {
    return { name, file, own, typeDefs: parse(text) };
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    throw new CompositionError([`${placeOfOffset({ file, own }, text, error.positions?.[0] ?? 0)} ${error.message}`]);
  }
}

function unlisted(root: string): string[] {
  return readdirSync(join(root, "subgraphs"))
    .filter((folder) => existsSync(join(root, "subgraphs", folder, "schema.graphql")))
    .filter((folder) => folder !== "template" && !(subgraphNames as string[]).includes(folder))
    .map((folder) => `subgraphs/${folder}/schema.graphql: not listed in schema/subgraphs.ts`);
}

/** Every contract under `root`, in the order of schema/subgraphs.ts. Throws CompositionError when one is missing, unlisted or unreadable. */
export function readContracts(root: string): Contract[] {
  if (!existsSync(join(root, sharedFile))) throw new CompositionError([`${sharedFile}: not found`]);
  const shared = readFileSync(join(root, sharedFile), "utf8");
  const contracts = subgraphNames.map((name) => readContract(root, name, shared));
  const strays = unlisted(root);
  if (strays.length > 0) throw new CompositionError(strays);
  return contracts;
}
