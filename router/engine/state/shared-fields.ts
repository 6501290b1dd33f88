/** What objects of different types at one place are asked for alike, and what is each type's own. */
import { isUnionType, print, type FieldNode, type GraphQLCompositeType } from "graphql";
import type { CollectedField } from "../compile/collect-fields.ts";

/** Whether a field is the meta field `__typename`, under whatever name. */
export const isTypename = ({ nodes }: CollectedField): boolean => nodes[0]?.name.value === "__typename";

/** The fields that objects of each type of one place are asked for. */
export type PerObject = readonly (readonly [GraphQLCompositeType, readonly CollectedField[]])[];

/** What fields with equal texts ask of their subgraph alike. */
const textOf = ({ name: field, arguments: args = [], directives = [] }: FieldNode): string =>
  `${field.value}(${args.map((one) => print(one)).join()})${directives.map((one) => print(one)).join("")}`;

/** Which field nodes every object has to answer, whatever its type, by response key. */
export function sharedFields(type: GraphQLCompositeType, perObject: PerObject): ReadonlyMap<string, CollectedField> {
  const shared = new Map<string, CollectedField>();
  const [first, ...others] = perObject.map(([, fields]) => new Map(fields.map((one) => [one.key, one])));
  for (const one of perObject.flatMap(([, fields]) => fields)) if (isTypename(one)) shared.set(one.key, one);
  const known = isUnionType(type) ? {} : type.getFields();
  for (const { key, nodes } of first?.values() ?? []) {
    const node = nodes[0] as FieldNode;
    if (!Object.hasOwn(known, node.name.value)) continue;
    const isEverywhere = others.every((fields) => {
      const same = fields.get(key)?.nodes[0];
      return same !== undefined && textOf(same) === textOf(node);
    });
    if (!isEverywhere) continue;
    const common = nodes.filter((each) => others.every((fields) => fields.get(key)?.nodes.includes(each)));
    if (!node.selectionSet) shared.set(key, { key, nodes });
    else if (common.length > 0) shared.set(key, { key, nodes: common });
  }
  return shared;
}

/** Whether objects of different types have their fields in different orders, or other than an object of unknown type. */
export function differInOrder(fieldsOf: readonly (readonly CollectedField[])[]): boolean {
  const [first, ...others] = fieldsOf.map((fields) => fields.map(({ key }) => key).join());
  return others.some((order) => order !== first);
}

/** What is left of an object's fields beside the shared ones. */
export const ownFields = (
  fields: readonly CollectedField[],
  shared: ReadonlyMap<string, CollectedField>,
): CollectedField[] =>
  fields.flatMap(({ key, nodes }) => {
    const common = shared.get(key);
    if (!common) return [{ key, nodes }];
    const own = nodes[0]?.selectionSet ? nodes.filter((node) => !common.nodes.includes(node)) : [];
    return own.length > 0 ? [{ key, nodes: own }] : [];
  });
