/** What the present schema is compared with: a file, a git revision, or the natural ancestor. */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { buildSchema, type GraphQLSchema } from "graphql";
import { variantApis } from "../compose.ts";
import { wholeVariant } from "../variants.ts";

/** A baseline that cannot be used; the message says why and what to do. */
export class BaselineError extends Error {
  override name = "BaselineError";
}

/** What one variant is compared with. */
export type Baseline = { name: string; schema: GraphQLSchema };

/** What every variant of the graph is compared with. */
export type Baselines = {
  name: string;
  /** By variant. */
  schemas: Readonly<Record<string, GraphQLSchema>>;
  /** Whether these are not all the variants that there were, but the one that a file holds. */
  isPart: boolean;
};

const apiFile = "schema/api.graphql";
const variantFile = /(?:^|\/)api\.(\w+)\.graphql$/;

function git(root: string, ...args: string[]): string | null {
  const { status, stdout } = spawnSync("git", args, { cwd: root, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
  return status === 0 ? stdout.trim() : null;
}

/** The schema that `text` (SDL) holds. Throws BaselineError when it holds none. */
function apiSchema(text: string, name: string): GraphQLSchema {
  try {
    return buildSchema(text, { assumeValidSDL: false });
  } catch (error) {
    throw new BaselineError(`${name} holds no schema: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function variantsOfSupergraph(text: string, name: string): Baselines {
  try {
    const apis = Object.entries(variantApis(text)).map(([variant, api]) => [variant, buildSchema(api)] as const);
    return { name, schemas: Object.fromEntries(apis), isPart: false };
  } catch (error) {
    throw new BaselineError(`${name} holds no schema: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** A supergraph has every variant, `api.<variant>.graphql` has that one, and any other file the whole graph. */
function inFile(path: string, name: string): Baselines {
  const text = readFileSync(path, "utf8");
  if (text.includes("join__Graph")) return variantsOfSupergraph(text, name);
  const variant = variantFile.exec(path)?.[1] ?? wholeVariant;
  return { name, schemas: { [variant]: apiSchema(text, name) }, isPart: true };
}

const commitOf = (root: string, revision: string) =>
  git(root, "rev-parse", "--verify", "--quiet", `${revision}^{commit}`);

function atRevision(root: string, revision: string, commit: string): Baselines {
  const read = (file: string): string => {
    const text = git(root, "show", `${commit}:${file}`);
    if (text === null) throw new BaselineError(`${revision} has no ${file}: choose a later revision`);
    return text;
  };
  const files = (git(root, "ls-tree", "--name-only", commit, "schema/") ?? "").split("\n");
  const contracts = files.flatMap((file) => {
    const variant = variantFile.exec(file)?.[1];
    return variant === undefined ? [] : [[variant, apiSchema(read(file), `${file} of ${revision}`)] as const];
  });
  const name = `${revision} (${commit.slice(0, 10)})`;
  if (contracts.length > 0) return { name, schemas: Object.fromEntries(contracts), isPart: false };
  // Before there were contracts there was one graph for all.
  return { name, schemas: { [wholeVariant]: apiSchema(read(apiFile), revision) }, isPart: true };
}

/** The revision to compare with when none is named: where this branch left main; on main the last release, else the parent. */
function naturalRevision(root: string): string {
  const head = commitOf(root, "HEAD");
  if (head === null) throw new BaselineError("this is no git checkout: name a file with --against");
  const main = ["main", "origin/main"].find((name) => commitOf(root, name) !== null);
  const base = main === undefined ? null : git(root, "merge-base", "HEAD", main);
  if (base !== null && base !== head) return base;
  const tag = git(root, "describe", "--tags", "--abbrev=0", "HEAD^");
  const ancestor = tag ?? (commitOf(root, "HEAD^") === null ? null : "HEAD^");
  if (ancestor === null)
    throw new BaselineError("there is no earlier commit to compare with: name a file or revision with --against");
  return ancestor;
}

/** Finds what to compare with. Throws BaselineError for a name that is neither file nor revision, or for the present commit itself. */
export function findBaselines(root: string, against: string | undefined): Baselines {
  if (against !== undefined && existsSync(join(root, against))) return inFile(join(root, against), against);
  if (against !== undefined && existsSync(against)) return inFile(against, against);
  const revision = against ?? naturalRevision(root);
  const commit = commitOf(root, revision);
  if (commit === null)
    throw new BaselineError(`${revision} is neither a file nor a git revision: check the name, or fetch it first`);
  const unchanged = git(root, "status", "--porcelain", "--", "subgraphs", "schema") === "";
  if (commit === commitOf(root, "HEAD") && unchanged)
    throw new BaselineError(`${revision} is the present commit: comparing it with itself would prove nothing`);
  return atRevision(root, revision, commit);
}
