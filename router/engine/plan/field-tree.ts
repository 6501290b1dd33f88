/** What a subgraph operation may put into the response, by response key; type conditions are left out of account. */
import { Kind, type DocumentNode, type FragmentDefinitionNode, type SelectionSetNode } from "graphql";
import type { FetchDataRewrite } from "@apollo/query-planner";

/** Response keys and what lies under them; a leaf has no children. */
export type FieldTree = Map<string, FieldTree>;

function addSelections(
  tree: FieldTree,
  set: SelectionSetNode | undefined,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): void {
  for (const node of set?.selections ?? []) {
    if (node.kind === Kind.INLINE_FRAGMENT) addSelections(tree, node.selectionSet, fragments);
    else if (node.kind === Kind.FRAGMENT_SPREAD)
      addSelections(tree, fragments.get(node.name.value)?.selectionSet, fragments);
    else {
      const key = node.alias?.value ?? node.name.value;
      const child = tree.get(key) ?? new Map();
      tree.set(key, child);
      addSelections(child, node.selectionSet, fragments);
    }
  }
}

const fragmentPrefix = "... on ";

/** Adds the keys that output rewrites give to what is already in `tree`. */
function addRenamed(tree: FieldTree, rewrites: readonly FetchDataRewrite[]): void {
  for (const rewrite of rewrites) {
    const keys = rewrite.path.filter((element) => !element.startsWith(fragmentPrefix));
    const last = keys.pop();
    const parent = keys.reduce<FieldTree | undefined>((under, key) => under?.get(key), tree);
    if (!parent || last === undefined) continue;
    if (rewrite.kind === "KeyRenamer") parent.set(rewrite.renameKeyTo, parent.get(last) ?? new Map());
    else parent.set(last, new Map());
  }
}

/** The tree of an operation: of its root fields, or of its entities where it is an `_entities` fetch. */
export function fieldTree(
  document: DocumentNode,
  ofEntities: boolean,
  rewrites: readonly FetchDataRewrite[] = [],
): FieldTree {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const node of document.definitions)
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node);
  const root: FieldTree = new Map();
  for (const node of document.definitions)
    if (node.kind === Kind.OPERATION_DEFINITION) addSelections(root, node.selectionSet, fragments);
  const tree = ofEntities ? (root.get("_entities") ?? new Map()) : root;
  addRenamed(tree, rewrites);
  return tree;
}

/** Every path of `tree` as text, under the path `prefix`. */
export function* pathsOf(tree: FieldTree, prefix: string): Generator<string> {
  for (const [key, children] of tree) {
    const path = `${prefix}/${key}`;
    yield path;
    yield* pathsOf(children, path);
  }
}

/** A step's path as the prefix of `pathsOf`: list marks left out. */
export const pathText = (path: readonly string[]): string =>
  path
    .filter((element) => element !== "@")
    .map((element) => `/${element}`)
    .join("");
