/** Turns composition's hints of drift into errors that name the place of every side. */
import type { composeServices } from "@apollo/composition";
import type { ASTNode, DefinitionNode } from "graphql";
import { placeOf, type Contract } from "./sources.ts";

type CompositionHint = NonNullable<ReturnType<typeof composeServices>["hints"]>[number];
type Named = { name?: { value: string } };
type WithChildren = Named & {
  fields?: readonly ASTNode[];
  values?: readonly ASTNode[];
  arguments?: readonly ASTNode[];
};

const named = (nodes: readonly ASTNode[] | undefined, name: string): ASTNode | undefined =>
  nodes?.find((node) => (node as Named).name?.value === name);

/** The nodes that define `Type`, `Type.field`, `Enum.VALUE`, `Type.field(argument:)` or `@directive` in one contract. */
function definitionsOf(contract: Contract, coordinate: string): ASTNode[] {
  const [, typeName, member, argument] = /^@?(\w+)(?:\.(\w+))?(?:\((\w+):\))?$/.exec(coordinate) ?? [];
  return contract.typeDefs.definitions
    .filter((definition: DefinitionNode) => (definition as Named).name?.value === typeName)
    .flatMap((definition) => {
      const { fields, values } = definition as WithChildren;
      const found = member === undefined ? definition : (named(fields, member) ?? named(values, member));
      const deeper = argument && found ? (named((found as WithChildren).arguments, argument) ?? found) : found;
      return deeper ? [deeper] : [];
    });
}

/** Where each contract defines `coordinate`; a side without the member is placed at its type, since that is where it lacks. */
export function placesOf(contracts: readonly Contract[], coordinate: string): string[] {
  const places = contracts.flatMap((contract) => {
    const own = definitionsOf(contract, coordinate);
    const nodes = own.length > 0 ? own : definitionsOf(contract, coordinate.split(/[.(]/)[0] ?? coordinate);
    return nodes.map((node) => placeOf(contract, node));
  });
  return [...new Set(places)];
}

/** One line: every place, the hint's code and what it says. */
export function describeHint(contracts: readonly Contract[], hint: CompositionHint): string {
  const message = hint.message.replaceAll(/\s+/g, " ").trim();
  const nodes = (hint.nodes ?? []).flatMap((node) => {
    const contract = contracts.find(({ name }) => name === node.subgraph);
    return contract && node.loc ? [placeOf(contract, node)] : [];
  });
  // A member that one side lacks comes with its type's coordinate; the message has the member's.
  const quoted = /"(\w+\.\w+)"/.exec(message)?.[1];
  const coordinate = quoted?.startsWith(`${hint.coordinate}.`) ? quoted : hint.coordinate;
  const places = [...new Set([...(coordinate ? placesOf(contracts, coordinate) : []), ...nodes])];
  return `${places.join(" and ") || "schema"} ${hint.definition.code}: ${message}`;
}
