/**
 * How large a document is once its fragments are opened, found out without opening them: each fragment is measured once, however
 * often it is spread. Needs no schema, so it can be asked before validation.
 */
import {
  Kind,
  type DocumentNode,
  type FragmentDefinitionNode,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from "graphql";

/** Sizes of the largest operation of a document, each by itself. Counts may be too large for an exact number, up to Infinity. */
export type DocumentSize = {
  /** Fields, those of a fragment counted at each of its spreads. */
  fields: number;
  /** Fields that stand below one another, fragments opened. */
  depth: number;
  /** Fields with an alias. */
  aliases: number;
  /** Fields of the operation itself; `__typename` does not count. */
  rootFields: number;
};

const nothing: DocumentSize = { fields: 0, depth: 0, aliases: 0, rootFields: 0 };

function sum(sizes: readonly DocumentSize[]): DocumentSize {
  const total = { ...nothing };
  for (const { fields, depth, aliases, rootFields } of sizes) {
    total.fields += fields;
    total.aliases += aliases;
    total.rootFields += rootFields;
    total.depth = Math.max(total.depth, depth);
  }
  return total;
}

class Measure {
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** What is known of fragments; nothing of one that is being measured, since a cycle is refused by validation. */
  readonly #known = new Map<string, DocumentSize>();

  constructor(document: DocumentNode) {
    this.#fragments = new Map(
      document.definitions.flatMap((node) =>
        node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node] as const] : [],
      ),
    );
  }

  set(set: SelectionSetNode | undefined): DocumentSize {
    return sum((set?.selections ?? []).map((node) => this.#selection(node)));
  }

  #selection(node: SelectionNode): DocumentSize {
    if (node.kind === Kind.INLINE_FRAGMENT) return this.set(node.selectionSet);
    if (node.kind === Kind.FRAGMENT_SPREAD) return this.#fragment(node.name.value);
    const below = this.set(node.selectionSet);
    return {
      fields: below.fields + 1,
      depth: below.depth + 1,
      aliases: below.aliases + (node.alias ? 1 : 0),
      rootFields: node.name.value === "__typename" ? 0 : 1,
    };
  }

  #fragment(name: string): DocumentSize {
    const known = this.#known.get(name);
    if (known) return known;
    this.#known.set(name, nothing);
    const size = this.set(this.#fragments.get(name)?.selectionSet);
    this.#known.set(name, size);
    return size;
  }
}

/** Measures a document, valid or not. */
export function documentSize(document: DocumentNode): DocumentSize {
  const measure = new Measure(document);
  const largest = { ...nothing };
  const operations = document.definitions.filter(
    (node): node is OperationDefinitionNode => node.kind === Kind.OPERATION_DEFINITION,
  );
  for (const { selectionSet } of operations) {
    const size = measure.set(selectionSet);
    for (const name of ["fields", "depth", "aliases", "rootFields"] as const)
      largest[name] = Math.max(largest[name], size[name]);
  }
  return largest;
}
