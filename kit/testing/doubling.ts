/** For tests: documents whose fragments each spread the next twice, and a count of what a walk looks at. */
import { parse, visit, type DocumentNode, type SelectionNode } from "graphql";

/**
 * `count` fragments on `type`, each of which spreads the next twice: `beside` on the same object, else below two aliases of `field`.
 * `start` is the operation, in which `...F0` stands for the first.
 */
export function doublingText(
  count: number,
  { type, field, beside, start }: { type: string; field: string; beside: boolean; start: string },
): string {
  const fragments = Array.from({ length: count }, (_each, index) => {
    const next = `...F${index + 1}`;
    const twice = beside ? `${next} ${next}` : `a: ${field} { ${next} } b: ${field} { ${next} }`;
    return `fragment F${index} on ${type} { ${twice} __typename }`;
  });
  return [start, ...fragments, `fragment F${count} on ${type} { __typename }`].join("\n");
}

/** A parsed document, and how often the selections of one of its sets were looked at so far. */
export function countedDocument(text: string): { document: DocumentNode; looks(): number } {
  let looks = 0;
  const document = visit(parse(text), {
    SelectionSet: {
      leave(node) {
        const selections: readonly SelectionNode[] = node.selections;
        const counted = { kind: node.kind, loc: node.loc } as typeof node;
        Object.defineProperty(counted, "selections", {
          enumerable: true,
          get: () => {
            looks += 1;
            return selections;
          },
        });
        return counted;
      },
    },
  });
  looks = 0;
  return { document, looks: () => looks };
}
