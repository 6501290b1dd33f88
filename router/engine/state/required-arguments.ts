/**
 * Gives every required field that takes arguments a name of its own. `@requires(fields: "price(currency: IDR)")` is planned as
 * a field `price__required0` without arguments, which subgraphs are asked for as `price__required0: price(currency: IDR)`
 * and which a representation holds as `price`. The planner would mix it up with other requirements of `price`.
 */
import {
  Kind,
  print,
  stripIgnoredCharacters,
  type ArgumentNode,
  type ConstDirectiveNode,
  type FieldDefinitionNode,
  type FieldNode,
  type SelectionNode,
  type SelectionSetNode,
} from "graphql";
import { parseFieldSet } from "./subgraph-types.ts";
import { explicit, namedTypeOf, text, type Composite, type SupergraphDocument } from "./supergraph-document.ts";

/** A field as it is required. */
export type RequiredField = { readonly field: string; readonly args: readonly ArgumentNode[] };

/** Required fields with arguments, by the name they are planned under. */
export type RequiredFields = ReadonlyMap<string, RequiredField>;

class RequiredArguments {
  readonly found = new Map<string, RequiredField>();
  readonly #names = new Map<string, string>();
  readonly #supergraph: SupergraphDocument;
  readonly #suffix: string;

  constructor(supergraph: SupergraphDocument) {
    this.#supergraph = supergraph;
    const taken = supergraph.types().flatMap(({ fields = [] }) => fields.map((field) => field.name.value));
    let suffix = "__required";
    while (taken.some((one) => one.includes(suffix))) suffix += "_";
    this.#suffix = suffix;
  }

  /** `set` on a type, with the fields that take arguments under names of their own. */
  rename(typeName: string, set: SelectionSetNode): SelectionSetNode {
    const selections = set.selections.map((node): SelectionNode => {
      if (node.kind === Kind.FRAGMENT_SPREAD) return node;
      if (node.kind === Kind.INLINE_FRAGMENT)
        return { ...node, selectionSet: this.rename(node.typeCondition?.name.value ?? typeName, node.selectionSet) };
      return this.#field(typeName, node);
    });
    return { ...set, selections };
  }

  #field(typeName: string, node: FieldNode): FieldNode {
    const definition = this.#definition(typeName, node.name.value);
    if (!definition) return node;
    const inner = node.selectionSet && this.rename(namedTypeOf(definition), node.selectionSet);
    const same: FieldNode = inner ? { ...node, selectionSet: inner } : node;
    if ((definition.arguments ?? []).length === 0) return same;
    const planned = this.#nameFor(node);
    this.#add(typeName, node.name.value, planned);
    const { arguments: _arguments, ...rest } = same;
    return { ...rest, name: { kind: Kind.NAME, value: planned } };
  }

  #definition(typeName: string, field: string): FieldDefinitionNode | undefined {
    return this.#supergraph.type(typeName)?.fields?.find((one) => one.name.value === field);
  }

  #nameFor({ name: { value: field }, arguments: args = [] }: FieldNode): string {
    const key = `${field} ${args
      .map((one) => print(one))
      .toSorted()
      .join()}`;
    const known = this.#names.get(key) ?? `${field}${this.#suffix}${this.#names.size}`;
    this.#names.set(key, known);
    this.found.set(known, { field, args });
    return known;
  }

  /** Adds the planned field to the type, and to the objects of an interface. */
  #add(typeName: string, field: string, planned: string): void {
    const objects = this.#supergraph
      .types()
      .filter(({ interfaces = [] }) => interfaces.some((one) => one.name.value === typeName));
    for (const type of [this.#supergraph.type(typeName), ...objects]) {
      const definition = type && this.#definition(type.name.value, field);
      if (!definition || this.#definition(type.name.value, planned)) continue;
      const { arguments: _arguments, description: _description, ...rest } = explicit(type, definition);
      this.#supergraph.addFields(type.name.value, [{ ...rest, name: { kind: Kind.NAME, value: planned } }]);
    }
  }
}

/** A `join__field` directive with its `requires` renamed. */
function renamedDirective(
  names: RequiredArguments,
  type: Composite,
  directive: ConstDirectiveNode,
): ConstDirectiveNode {
  if (directive.name.value !== "join__field") return directive;
  const args = (directive.arguments ?? []).map((argument) => {
    if (argument.name.value !== "requires" || argument.value.kind !== Kind.STRING) return argument;
    const set = names.rename(type.name.value, parseFieldSet(argument.value.value));
    return { ...argument, value: text(stripIgnoredCharacters(print(set)).slice(1, -1)) };
  });
  return { ...directive, arguments: args };
}

/** Renames in every `@requires` of the supergraph; answers the names given. */
export function nameRequiredArguments(supergraph: SupergraphDocument): RequiredFields {
  const names = new RequiredArguments(supergraph);
  for (const { name } of supergraph.types()) {
    const typeOf = () => supergraph.type(name.value) as Composite;
    // A field added meanwhile has the directives of the one that it stands for, whose requirements may take arguments too.
    for (let index = 0; index < (typeOf().fields ?? []).length; index++) {
      const field = typeOf().fields?.[index] as FieldDefinitionNode;
      const directives = (field.directives ?? []).map((one) => renamedDirective(names, typeOf(), one));
      const fields = (typeOf().fields ?? []).map((one) =>
        one.name.value === field.name.value ? { ...one, directives } : one,
      );
      supergraph.replaceType({ ...typeOf(), fields });
    }
  }
  return names.found;
}
