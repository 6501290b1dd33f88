/** Writes the JSON text of a request to a subgraph, and wraps it for whoever sends it. */
import type { SubgraphRequest } from "../contract.ts";
import { getOwn } from "../compile/code.ts";

/** The client's variables, each turned into text at most once per request. */
export class VariableTexts {
  readonly #values: Record<string, unknown>;
  readonly #texts = new Map<string, string | undefined>();

  constructor(values: Record<string, unknown>) {
    this.#values = values;
  }

  /** `"name":value`, or undefined where the client gave none (the operation's default then holds). */
  member(name: string): string | undefined {
    if (this.#texts.has(name)) return this.#texts.get(name);
    const value = getOwn(this.#values, name);
    const text = value === undefined ? undefined : `${JSON.stringify(name)}:${JSON.stringify(value)}`;
    this.#texts.set(name, text);
    return text;
  }

  /** The members of all `names` that have a value. */
  members(names: Iterable<string>): string[] {
    const found: string[] = [];
    for (const name of names) {
      const text = this.member(name);
      if (text !== undefined) found.push(text);
    }
    return found;
  }
}

/** Text of `{"query":…}` up to the variables, per operation: the same for every request. */
const heads = new WeakMap<object, string>();

/** JSON text of a request; `owner` is any object that stands for the operation's text. */
export function requestBody(
  owner: object,
  query: string,
  operationName: string | undefined,
  members: readonly string[],
): string {
  let head = heads.get(owner);
  if (head === undefined) {
    const name = operationName === undefined ? "" : `,"operationName":${JSON.stringify(operationName)}`;
    head = `{"query":${JSON.stringify(query)}${name},"variables":{`;
    heads.set(owner, head);
  }
  return `${head}${members.join(",")}}}`;
}

/** A request whose parsed variables are made only when somebody looks. */
export class PreparedRequest implements SubgraphRequest {
  readonly subgraph: string;
  readonly url: string;
  readonly query: string;
  readonly operationName?: string;
  readonly body: string;
  readonly kind: "query" | "mutation";
  readonly context: unknown;
  readonly signal: AbortSignal;

  constructor(fields: Omit<SubgraphRequest, "variables" | "operationName"> & { operationName: string | undefined }) {
    this.subgraph = fields.subgraph;
    this.url = fields.url;
    this.query = fields.query;
    if (fields.operationName !== undefined) this.operationName = fields.operationName;
    this.body = fields.body;
    this.kind = fields.kind;
    this.context = fields.context;
    this.signal = fields.signal;
  }

  get variables(): Record<string, unknown> {
    return (JSON.parse(this.body) as { variables: Record<string, unknown> }).variables;
  }
}
