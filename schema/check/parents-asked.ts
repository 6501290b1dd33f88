/** Of which types a selection set asks something, fragments followed. */
import { Kind, type DocumentNode, type FragmentDefinitionNode, type SelectionSetNode } from "graphql";

/** The types of which `selections`, asked of `parent`, ask a field, itself or through fragments, but not below its fields. */
export type ParentsAsked = (selections: SelectionSetNode, parent: string) => ReadonlySet<string>;

/** For `document`. What a fragment asks is found once and kept; a fragment that spreads itself ends there. */
export function parentsAsked(document: DocumentNode): ParentsAsked {
  const fragments = new Map(
    document.definitions
      .filter((node): node is FragmentDefinitionNode => node.kind === Kind.FRAGMENT_DEFINITION)
      .map((node) => [node.name.value, node]),
  );
  const found = new Map<string, Set<string>>();
  const ofFragment = (name: string): ReadonlySet<string> => {
    const known = found.get(name);
    if (known) return known;
    const asked = new Set<string>();
    found.set(name, asked);
    const fragment = fragments.get(name);
    if (fragment) collect(fragment.selectionSet, fragment.typeCondition.name.value, asked);
    return asked;
  };
  const collect = (selections: SelectionSetNode, parent: string, asked: Set<string>): void => {
    for (const node of selections.selections) {
      if (node.kind === Kind.FIELD) asked.add(parent);
      else if (node.kind === Kind.INLINE_FRAGMENT)
        collect(node.selectionSet, node.typeCondition?.name.value ?? parent, asked);
      else for (const one of ofFragment(node.name.value)) asked.add(one);
    }
  };
  return (selections, parent) => {
    const asked = new Set<string>();
    collect(selections, parent, asked);
    return asked;
  };
}
