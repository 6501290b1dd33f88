/** From two schemas to the changes between them, and who is hit by each. */
import { ChangeType, CriticalityLevel, diff, DiffRule, type Change } from "@graphql-inspector/core";
import type { GraphQLSchema } from "graphql";
import type { RegisteredOperation } from "../operations/registry.ts";
import { inputDeprecations } from "./deprecation.ts";
import type { SchemaChange, Verdict } from "./change.ts";
import type { Judge } from "./impact.ts";
import { judgeOf } from "./judges.ts";
import { placeAt } from "./sent.ts";
import { usageOf } from "./usage.ts";
import { isRequired } from "./values.ts";

const verdicts: Record<CriticalityLevel, Verdict> = {
  [CriticalityLevel.Breaking]: "breaking",
  [CriticalityLevel.Dangerous]: "dangerous",
  [CriticalityLevel.NonBreaking]: "safe",
};

/** An argument or input field that had a default may be required without it. */
const needed = (after: GraphQLSchema, path: string): boolean => {
  const place = placeAt(after, path);
  return place !== undefined && isRequired(place);
};

/** Where the specification is stricter, or kinder, than the inspector. */
function verdictOf(
  { type, criticality, meta, path = "" }: Change,
  before: GraphQLSchema,
  after: GraphQLSchema,
): Verdict {
  const verdict = verdicts[criticality.level];
  const facts = meta as Readonly<Record<string, unknown>>;
  switch (type) {
    case ChangeType.DirectiveRepeatableRemoved:
      return "breaking";
    case ChangeType.FieldArgumentDefaultChanged:
    case ChangeType.InputFieldDefaultValueChanged:
    case ChangeType.DirectiveArgumentDefaultValueChanged:
      return needed(after, path) ? "breaking" : "dangerous";
    case ChangeType.DirectiveArgumentAdded:
      if (facts["addedToNewDirective"] === true) return verdict;
      return needed(after, `${path}.${String(facts["addedDirectiveArgumentName"])}`) ? "breaking" : "dangerous";
    // Whoever reads the interface may meet the new type.
    case ChangeType.ObjectTypeInterfaceAdded:
      return before.getType(String(facts["addedInterfaceName"])) ? "dangerous" : verdict;
    // A server or client that spreads inputs may meet a key that it did not know.
    case ChangeType.InputFieldAdded:
      return verdict === "safe" ? "dangerous" : verdict;
    default:
      return verdict;
  }
}

/** How directives are used is no change of the graph, but for what it means to clients. */
const counts = ({ type, meta }: Change): boolean =>
  !type.startsWith("DIRECTIVE_USAGE") ||
  (type === ChangeType.DirectiveUsageInputObjectAdded &&
    (meta as { addedDirectiveName?: string }).addedDirectiveName === "oneOf" &&
    !(meta as { addedToNewType?: boolean }).addedToNewType);

type Unjudged = Omit<SchemaChange, "operations" | "breaks"> & { judge: Judge };

async function unjudged(before: GraphQLSchema, after: GraphQLSchema): Promise<Unjudged[]> {
  const found = (await diff(before, after, [DiffRule.ignoreDescriptionChanges])).filter(counts);
  return found.map((change) => {
    const path = (change.path ?? "").replace(/\.@.*$/, "");
    return {
      kind: change.type,
      path,
      message: change.message,
      verdict: verdictOf(change, before, after),
      judge: judgeOf(change, path, before, after),
    };
  });
}

/** All changes from `before` to `after`, breaking ones first; descriptions are left out. */
export async function changesBetween(
  before: GraphQLSchema,
  after: GraphQLSchema,
  operations: readonly RegisteredOperation[],
): Promise<SchemaChange[]> {
  const used = operations.map((operation) => ({ operation, usage: usageOf(before, operation.document) }));
  const order: readonly Verdict[] = ["breaking", "dangerous", "safe"];
  const hitBy = (judge: Judge) => {
    const all = used.map(({ operation, usage }) => ({ operation, impact: judge(usage) }));
    const broken = all.filter(({ impact }) => impact === "breaks");
    const hit = broken.length > 0 ? broken : all.filter(({ impact }) => impact === "notices");
    return { operations: hit.map(({ operation }) => operation), breaks: broken.length > 0 };
  };
  const judged = (await unjudged(before, after)).map(({ judge, ...change }): SchemaChange => {
    const hit = hitBy(judge);
    return { ...change, verdict: hit.breaks ? "breaking" : change.verdict, ...hit };
  });
  return [...judged, ...inputDeprecations(before, after)].sort(
    (a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict) || (a.path < b.path ? -1 : 1),
  );
}
