/** Writes an operation tree as GraphQL with its variables. */
import { exactNumber } from "./exact-scalars.ts";
import type { DirectiveTree, OperationTree, SelectionTree, Spoil, ValueTree, VariableTree } from "./operation-tree.ts";

/** How many sets of variables an operation is run with. */
export const variations = 4;

/** An operation as text, and the variables of each variation. */
export type RenderedOperation = {
  readonly query: string;
  readonly variables: readonly Record<string, unknown>[];
  /** Given where the document holds another operation as well. */
  readonly operationName: string | undefined;
};

type Rendering = {
  readonly variables: { name: string; tree: VariableTree }[];
  readonly fragments: Map<string, { name: string; on: string; text: string }>;
  /** Response name to what it stands for; one meaning in the whole operation, so that fields always merge. */
  readonly names: Map<string, string>;
};

function literal(rendering: Rendering, tree: ValueTree): string {
  if (tree.kind === "number") return tree.text;
  if (tree.kind === "leaf") return tree.isEnum ? String(tree.value) : JSON.stringify(tree.value);
  if (tree.kind === "list") return `[${tree.items.map((one) => literal(rendering, one)).join(", ")}]`;
  if (tree.kind === "object")
    return `{${tree.fields.map(([name, one]) => `${name}: ${literal(rendering, one)}`).join(", ")}}`;
  const name = `v${rendering.variables.length}`;
  rendering.variables.push({ name, tree });
  return `$${name}`;
}

/** The JSON of a value that holds no variable. */
function json(tree: ValueTree): unknown {
  if (tree.kind === "number") return exactNumber(tree.text);
  if (tree.kind === "leaf") return tree.value;
  if (tree.kind === "list") return tree.items.map(json);
  if (tree.kind === "object") return Object.fromEntries(tree.fields.map(([name, one]) => [name, json(one)]));
  throw new Error("a variable holds no variable");
}

const directives = (rendering: Rendering, trees: readonly DirectiveTree[]): string =>
  trees.map(({ name, condition }) => ` @${name}(if: ${literal(rendering, condition)})`).join("");

/** A response name that means nothing else yet, as close to `wanted` as can be. */
function responseName(rendering: Rendering, wanted: string, meaning: string): string {
  for (let attempt = 0; ; attempt += 1) {
    const name = attempt === 0 ? wanted : `${wanted}_${attempt}`;
    const taken = rendering.names.get(name);
    if (taken !== undefined && taken !== meaning) continue;
    rendering.names.set(name, meaning);
    return name;
  }
}

function field(rendering: Rendering, tree: Extract<SelectionTree, { kind: "field" }>): string {
  const args = tree.args.map(([name, value]) => `${name}: ${literal(rendering, value)}`).join(", ");
  const call = args === "" ? tree.name : `${tree.name}(${args})`;
  const name = responseName(rendering, tree.alias ?? tree.name, `${call} ${tree.type}`);
  const head = `${name === tree.name ? "" : `${name}: `}${call}${directives(rendering, tree.directives)}`;
  return tree.selections ? `${head} ${selectionSet(rendering, tree.selections)}` : head;
}

function fragment(rendering: Rendering, tree: Extract<SelectionTree, { kind: "fragment" }>): string {
  const marks = directives(rendering, tree.directives);
  const text = selectionSet(rendering, tree.selections);
  if (tree.form === "bare") return `...${marks} ${text}`;
  if (tree.form === "inline") return `... on ${tree.on}${marks} ${text}`;
  const key = `${tree.on} ${text}`;
  const known = rendering.fragments.get(key);
  const name = known?.name ?? `F${rendering.fragments.size}`;
  rendering.fragments.set(key, { name, on: tree.on, text });
  return `...${name}${marks}`;
}

function selectionSet(rendering: Rendering, trees: readonly SelectionTree[]): string {
  const parts = trees.map((tree) => {
    if (tree.kind === "introspection") return tree.text;
    return tree.kind === "field" ? field(rendering, tree) : fragment(rendering, tree);
  });
  return `{ ${parts.join(" ")} }`;
}

const nonsense: Record<Spoil["with"], unknown> = {
  object: { surely: "not" },
  text: "no such thing",
  null: null,
  list: [[["deep"]]],
  nothing: undefined,
};

function variablesOf(rendering: Rendering, variation: number, spoil: Spoil | undefined): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const { name, tree } of rendering.variables) {
    const value = tree.values[variation % tree.values.length];
    if (value !== undefined) values[name] = json(value);
  }
  const victim = rendering.variables[(spoil?.variable ?? 0) % Math.max(1, rendering.variables.length)];
  if (spoil?.variation !== variation || !victim) return values;
  if (spoil.with === "nothing") delete values[victim.name];
  else values[victim.name] = nonsense[spoil.with];
  return values;
}

/** Renders an operation; the same tree always gives the same text. */
export function render(tree: OperationTree): RenderedOperation {
  const rendering: Rendering = { variables: [], fragments: new Map(), names: new Map() };
  const body = selectionSet(rendering, tree.selections);
  const declared = rendering.variables.map(({ name, tree: { type, fallback } }) =>
    fallback === undefined ? `$${name}: ${type}` : `$${name}: ${type} = ${literal(rendering, fallback)}`,
  );
  const head = `${tree.kind}${tree.named ? " Op" : ""}${declared.length > 0 ? `(${declared.join(", ")})` : ""}`;
  const fragments = [...rendering.fragments.values()].map(({ name, on, text }) => `fragment ${name} on ${on} ${text}`);
  // Whose variables have the same names, and must have values where those of the first may be null or missing.
  const other =
    tree.named && declared.length > 0
      ? [
          `query Other(${rendering.variables.map(({ name }) => `$${name}: Boolean!`).join(", ")}) { __typename ${rendering.variables
            .map(({ name }) => `@include(if: $${name})`)
            .slice(0, 1)
            .join("")} ${rendering.variables
            .slice(1)
            .map(({ name }, index) => `o${index}: __typename @skip(if: $${name})`)
            .join(" ")} }`,
        ]
      : [];
  return {
    operationName: other.length > 0 ? "Op" : undefined,
    query: [head === "query" ? body : `${head} ${body}`, ...fragments, ...other].join("\n"),
    variables: Array.from({ length: variations }, (_, variation) => variablesOf(rendering, variation, tree.spoil)),
  };
}
