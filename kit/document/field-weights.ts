/** What a graph says of the cost of its fields and of the lengths of its lists: `@cost` and `@listSize` of the cost specification. */
import {
  Kind,
  valueFromASTUntyped,
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
} from "graphql";

/** What is said of one field. */
export type FieldWeight = {
  /** `@cost(weight:)` of the field. */
  cost?: number;
  /** Length of its list where no argument limits it. */
  assumedSize?: number;
  /** Arguments that limit the list; the largest counts. */
  slicingArguments?: readonly string[];
  /** Fields below, one or more names deep (`edges`, `page.items`), that hold the list in the field's place. */
  sizedFields?: readonly string[];
};

/** Weights of fields by `Type.field`, and costs of types by name. */
export type FieldWeights = {
  readonly fields: ReadonlyMap<string, FieldWeight>;
  readonly types: ReadonlyMap<string, number>;
};

type Names = ReadonlyMap<string, "cost" | "listSize">;

const argumentsOf = (directive: ConstDirectiveNode): Record<string, unknown> =>
  Object.fromEntries((directive.arguments ?? []).map(({ name, value }) => [name.value, valueFromASTUntyped(value)]));

/** The names that the two directives go by: their own, in a namespace, or as imported under another name. */
function directiveNames(document: DocumentNode): Names {
  const names = new Map<string, "cost" | "listSize">();
  for (const name of ["cost", "listSize"] as const)
    for (const prefix of ["", "cost__", "federation__"]) names.set(`${prefix}${name}`, name);
  for (const node of document.definitions) {
    if (node.kind !== Kind.SCHEMA_DEFINITION && node.kind !== Kind.SCHEMA_EXTENSION) continue;
    for (const directive of node.directives ?? []) {
      const imports = directive.name.value === "link" ? argumentsOf(directive)["import"] : undefined;
      for (const one of Array.isArray(imports) ? (imports as unknown[]) : []) {
        const { name, as } = (typeof one === "object" ? one : {}) as { name?: string; as?: string };
        if ((name === "@cost" || name === "@listSize") && as)
          names.set(as.slice(1), name.slice(1) as "cost" | "listSize");
      }
    }
  }
  return names;
}

const strings = (value: unknown): string[] | undefined =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : undefined;

const cost = (directives: readonly ConstDirectiveNode[] | undefined, names: Names): number | undefined => {
  const directive = directives?.find(({ name }) => names.get(name.value) === "cost");
  const weight = directive && Number(argumentsOf(directive)["weight"]);
  return weight !== undefined && Number.isFinite(weight) && weight >= 0 ? weight : undefined;
};

function fieldWeight({ directives }: FieldDefinitionNode, names: Names): FieldWeight | undefined {
  const weight = cost(directives, names);
  const directive = directives?.find(({ name }) => names.get(name.value) === "listSize");
  if (weight === undefined && !directive) return undefined;
  const { assumedSize, slicingArguments, sizedFields } = directive ? argumentsOf(directive) : {};
  const [slicing, sized] = [strings(slicingArguments), strings(sizedFields)];
  return {
    ...(weight === undefined ? {} : { cost: weight }),
    ...(typeof assumedSize === "number" ? { assumedSize } : {}),
    ...(slicing ? { slicingArguments: slicing } : {}),
    ...(sized ? { sizedFields: sized } : {}),
  };
}

/** Reads them from the SDL of a supergraph or of a subgraph. */
export function readFieldWeights(document: DocumentNode): FieldWeights {
  const names = directiveNames(document);
  const fields = new Map<string, FieldWeight>();
  const types = new Map<string, number>();
  for (const node of document.definitions) {
    if (!("name" in node) || !node.name || !("directives" in node)) continue;
    const own = cost(node.directives as readonly ConstDirectiveNode[] | undefined, names);
    if (own !== undefined) types.set(node.name.value, own);
    if (!("fields" in node)) continue;
    for (const field of node.fields ?? []) {
      if (field.kind !== Kind.FIELD_DEFINITION) continue;
      const weight = fieldWeight(field, names);
      if (weight) fields.set(`${node.name.value}.${field.name.value}`, weight);
    }
  }
  return { fields, types };
}
