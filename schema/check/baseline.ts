/** What the present schema is compared with: a file, a git revision, or the natural ancestor. */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROUTER_SUPPORTED_SUPERGRAPH_FEATURES, Supergraph } from "@apollo/federation-internals";
import { buildSchema, type GraphQLSchema } from "graphql";

/** A baseline that cannot be used; the message says why and what to do. */
export class BaselineError extends Error {
  override name = "BaselineError";
}

export type Baseline = { name: string; schema: GraphQLSchema };

const apiFile = "schema/api.graphql";

function git(root: string, ...args: string[]): string | null {
  const { status, stdout } = spawnSync("git", args, { cwd: root, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
  return status === 0 ? stdout.trim() : null;
}

/** The API schema of `text`, which may be a supergraph. Throws BaselineError when it is neither. */
function apiSchema(text: string, name: string): GraphQLSchema {
  try {
    if (!text.includes("join__Graph")) return buildSchema(text, { assumeValidSDL: false });
    return Supergraph.build(text, { supportedFeatures: ROUTER_SUPPORTED_SUPERGRAPH_FEATURES })
      .apiSchema()
      .toGraphQLJSSchema();
  } catch (error) {
    throw new BaselineError(`${name} holds no schema: ${error instanceof Error ? error.message : String(error)}`);
  }
}

const commitOf = (root: string, revision: string) =>
  git(root, "rev-parse", "--verify", "--quiet", `${revision}^{commit}`);

function atRevision(root: string, revision: string, commit: string): Baseline {
  const text = git(root, "show", `${commit}:${apiFile}`);
  if (text === null) throw new BaselineError(`${revision} has no ${apiFile}: choose a later revision`);
  return { name: `${revision} (${commit.slice(0, 10)})`, schema: apiSchema(text, revision) };
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

/** Finds the baseline. Throws BaselineError for a name that is neither file nor revision, or for the present commit itself. */
export function findBaseline(root: string, against: string | undefined): Baseline {
  if (against !== undefined && existsSync(join(root, against)))
    return { name: against, schema: apiSchema(readFileSync(join(root, against), "utf8"), against) };
  if (against !== undefined && existsSync(against))
    return { name: against, schema: apiSchema(readFileSync(against, "utf8"), against) };
  const revision = against ?? naturalRevision(root);
  const commit = commitOf(root, revision);
  if (commit === null)
    throw new BaselineError(`${revision} is neither a file nor a git revision: check the name, or fetch it first`);
  const unchanged = git(root, "status", "--porcelain", "--", "subgraphs", "schema") === "";
  if (commit === commitOf(root, "HEAD") && unchanged)
    throw new BaselineError(`${revision} is the present commit: comparing it with itself would prove nothing`);
  return atRevision(root, revision, commit);
}
