/** Answers in parts, for tests: operations with `@defer` scattered over them, and what a client makes of the parts. */
import type { ExecutionResult, GraphQLError } from "graphql";
import {
  Kind,
  TypeInfo,
  parse,
  print,
  visit,
  visitWithTypeInfo,
  type DirectiveNode,
  type DocumentNode,
  type GraphQLSchema,
  type SelectionNode,
} from "graphql";
import { isRawNumber, parseJson } from "../exact-json.ts";
import type { IncrementalPart, IncrementalResult } from "../contract.ts";

/** A copy of JSON, raw numbers included. */
const copied = <T>(value: T): T => parseJson(JSON.stringify(value), 2) as T;

/** How one fragment or field is treated: left, deferred, deferred under a label, or deferred on a condition. */
export const treatments = ["left", "deferred", "labelled", "never", "variable"] as const;
export type Treatment = (typeof treatments)[number];

const directive = (text: string): DirectiveNode => {
  const definition = parse(`{ ... ${text} { a } }`, { noLocation: true }).definitions[0];
  const [node] = definition?.kind === Kind.OPERATION_DEFINITION ? definition.selectionSet.selections : [];
  return node?.directives?.[0] as DirectiveNode;
};

/** Puts `@defer` on fragments, and fields into deferred fragments, as `choices` say in turn; `$later: Boolean` may be among its conditions. */
export function sprinkle(schema: GraphQLSchema, document: DocumentNode, choices: readonly Treatment[]): string {
  let count = 0;
  let usesVariable = false;
  const next = (): DirectiveNode | undefined => {
    const choice = choices[count++ % choices.length];
    if (choice === "variable") usesVariable = true;
    if (choice === "labelled") return directive(`@defer(label: "part ${count}")`);
    if (choice === "variable") return directive("@defer(if: $later)");
    return choice === "left" ? undefined : directive(choice === "never" ? "@defer(if: false)" : "@defer");
  };
  const typeInfo = new TypeInfo(schema);
  const change = (node: SelectionNode): SelectionNode | undefined => {
    // Mutations themselves come in the first part.
    const defer = typeInfo.getParentType() === schema.getMutationType() ? undefined : next();
    if (!defer) return undefined;
    if (node.kind !== Kind.FIELD) return { ...node, directives: [...(node.directives ?? []), defer] };
    const selectionSet = { kind: Kind.SELECTION_SET as const, selections: [node] };
    return { kind: Kind.INLINE_FRAGMENT, directives: [defer], selectionSet };
  };
  const changed = visit(
    document,
    visitWithTypeInfo(typeInfo, {
      // What the schema says of itself comes whole.
      Field: { enter: ({ name }) => (/^__(schema|type)$/.test(name.value) ? false : undefined), leave: change },
      InlineFragment: { leave: change },
      FragmentSpread: change,
    }),
  );
  const text = print(changed);
  if (!usesVariable) return text;
  return print(
    visit(parse(text), {
      OperationDefinition: (node) => {
        const [definition] = parse("query ($later: Boolean) { a }").definitions;
        const own = definition?.kind === Kind.OPERATION_DEFINITION ? (definition.variableDefinitions ?? []) : [];
        return { ...node, variableDefinitions: [...(node.variableDefinitions ?? []), ...own] };
      },
    }),
  );
}

/** Whether a `@defer` holds when `$later` has the value `later`. */
function holds({ directives = [] }: SelectionNode, later: boolean | undefined): boolean {
  const [value] = directives.find((one) => one.name.value === "defer")?.arguments ?? [];
  if (value?.value.kind === Kind.VARIABLE) return later !== false;
  return directives.some((one) => one.name.value === "defer") && value?.value.kind !== Kind.BOOLEAN;
}

/** The operation without what it defers; undefined where an object would be left without fields. */
export function withoutDeferred(document: DocumentNode, later: boolean | undefined): DocumentNode | undefined {
  let isEmpty = false;
  const changed = visit(document, {
    SelectionSet: (node) => {
      const selections = node.selections.filter((one) => !holds(one, later));
      if (selections.length === 0) isEmpty = true;
      return { ...node, selections };
    },
  });
  return isEmpty ? undefined : changed;
}

function mergeInto(into: unknown, from: unknown): unknown {
  if (typeof into !== "object" || into === null) return from;
  // Where an object is lost to one part, another may have it.
  if (typeof from !== "object" || from === null || isRawNumber(into)) return into;
  for (const [key, value] of Object.entries(from)) {
    const known: unknown = Object.hasOwn(into, key) ? (into as Record<string, unknown>)[key] : undefined;
    Object.defineProperty(into, key, {
      value: mergeInto(known, value),
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return into;
}

/** What a client has after all parts. */
export type Received = {
  readonly data: unknown;
  readonly errors: readonly GraphQLError[];
  readonly initial: ExecutionResult & { hasNext?: boolean };
  readonly payloads: readonly (readonly IncrementalPart[])[];
};

/** Adds one part to what came before. Throws where it has no place, or says of data that are null that nothing is wrong. */
export function addPart(data: unknown, part: IncrementalPart): void {
  let here = data;
  for (const key of part.path) here = (here as Record<string | number, unknown> | null | undefined)?.[key];
  if (typeof here !== "object" || here === null || Array.isArray(here))
    throw new Error(`there is no object at ${part.path.join(".")}`);
  if (part.data === null && !part.errors?.length)
    throw new Error(`no error tells why ${part.path.join(".")} gets nothing`);
  if (part.data) mergeInto(here, copied(part.data));
}

/** `data` with null for every object of which a part could not be given. */
export function withoutFailed(data: unknown, payloads: Received["payloads"]): unknown {
  const copy: unknown = { data: copied(data) };
  for (const part of payloads.flat()) {
    if (part.data !== null) continue;
    const way = ["data", ...part.path];
    const last = way.pop() as string;
    let here = copy;
    for (const key of way) here = (here as Record<string | number, unknown> | null | undefined)?.[key];
    if (here) (here as Record<string | number, unknown>)[last] = null;
  }
  return (copy as { data: unknown }).data;
}

/** Reads an answer to its end as a client would. Throws where the parts break the protocol. */
export async function receive(result: ExecutionResult | IncrementalResult): Promise<Received> {
  if (!("initialResult" in result))
    return { data: result.data, errors: result.errors ?? [], initial: result, payloads: [] };
  const initial = result.initialResult;
  const data: unknown = copied(initial.data);
  const errors: GraphQLError[] = [...(initial.errors ?? [])];
  const payloads: IncrementalPart[][] = [];
  let { hasNext } = initial;
  for await (const payload of result.subsequentResults) {
    if (!hasNext) throw new Error("a part came after the last");
    if (payload.incremental.length === 0) throw new Error("an empty part");
    ({ hasNext } = payload);
    for (const part of payload.incremental) {
      addPart(data, part);
      errors.push(...(part.errors ?? []));
    }
    payloads.push(payload.incremental);
  }
  if (hasNext) throw new Error("the last part promised another");
  return { data, errors, initial, payloads };
}
