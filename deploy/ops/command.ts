/** What an operator's command is given, and what it comes to. */
import type { SubgraphName } from "../../schema/subgraphs.ts";
import type { Env } from "./env.ts";

/** `subgraphs`: those named, or all; `words`: what follows the command's own name. */
export type Invocation = {
  readonly settings: Env;
  readonly subgraphs: readonly SubgraphName[];
  readonly words: readonly string[];
  /** What `--since` was given, for `reconcile`. */
  readonly since?: string | undefined;
};

/** `value` is printed with `--json`, `lines` without; `failed` makes the exit code 1. */
export type Outcome = { readonly value: unknown; readonly lines: readonly string[]; readonly failed?: boolean };

export type Command = (invocation: Invocation) => Promise<Outcome>;
