/** From two schemas to the changes between them, and who is hit by each. */
import { CriticalityLevel, ChangeType, diff, DiffRule, type Change } from "@graphql-inspector/core";
import type { GraphQLSchema } from "graphql";
import type { RegisteredOperation } from "../operations/registry.ts";
import { usageOf } from "./usage.ts";

export type Verdict = "breaking" | "dangerous" | "safe";
export type SchemaChange = {
  /** Kind of change, as graphql-inspector names it: FIELD_REMOVED, … */
  kind: string;
  /** Coordinate such as `Order.state`; empty for a change of the schema as a whole. */
  path: string;
  message: string;
  verdict: Verdict;
  /** Registered operations that use what changes. */
  operations: readonly RegisteredOperation[];
};

const verdicts: Record<CriticalityLevel, Verdict> = {
  [CriticalityLevel.Breaking]: "breaking",
  [CriticalityLevel.Dangerous]: "dangerous",
  [CriticalityLevel.NonBreaking]: "safe",
};

/** Where graphql-js's own rules are stricter than the inspector's. */
function verdictOf({ type, criticality }: Change): Verdict {
  if (type === ChangeType.DirectiveRepeatableRemoved) return "breaking";
  const verdict = verdicts[criticality.level];
  // A server or client that spreads inputs may meet a key that it did not know.
  return type === ChangeType.InputFieldAdded && verdict === "safe" ? "dangerous" : verdict;
}

/** Last segment of a coordinate cut off: `Order.lines.first` → `Order.lines`. */
const ownerOf = (path: string) => path.slice(0, path.lastIndexOf("."));

/** The coordinates whose use means that an operation is hit; null when every operation is. */
function hits({ type, path, meta }: Change): readonly string[] | null {
  if (path === undefined || path === "") return null;
  switch (type) {
    case ChangeType.FieldArgumentAdded:
    case ChangeType.FieldArgumentDefaultChanged:
    case ChangeType.InputFieldAdded:
    case ChangeType.InputFieldDefaultValueChanged:
      return [ownerOf(path)];
    case ChangeType.ObjectTypeInterfaceRemoved:
      return [(meta as { removedInterfaceName: string }).removedInterfaceName];
    default:
      return path.startsWith("@") ? [path.split(".")[0] ?? path] : [path];
  }
}

/** All changes from `before` to `after`, breaking ones first; descriptions are left out. */
export async function changesBetween(
  before: GraphQLSchema,
  after: GraphQLSchema,
  operations: readonly RegisteredOperation[],
): Promise<SchemaChange[]> {
  const found = await diff(before, after, [DiffRule.ignoreDescriptionChanges]);
  const used = operations.map((operation) => ({ operation, usage: usageOf(before, operation.document) }));
  const order: readonly Verdict[] = ["breaking", "dangerous", "safe"];
  return found
    .filter(({ type }) => !type.startsWith("DIRECTIVE_USAGE"))
    .map((change) => {
      const coordinates = hits(change);
      const hit = used.filter(({ usage }) => coordinates === null || coordinates.some((one) => usage.has(one)));
      return {
        kind: change.type,
        path: change.path ?? "",
        message: change.message,
        verdict: verdictOf(change),
        operations: hit.map(({ operation }) => operation),
      };
    })
    .sort((a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict) || (a.path < b.path ? -1 : 1));
}
