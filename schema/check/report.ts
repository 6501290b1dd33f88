/** How a check reads: on a terminal, in a pull request, for a machine. */
import { clientsLine } from "../operations/registry.ts";
import type { SchemaChange } from "./change.ts";
import type { CheckResult, Finding, InvalidOperation } from "./check.ts";

type Change = Finding & { variants?: readonly string[] };

/** The check of one variant, or of all: then each change says in which variants it is. */
export type Reported = Omit<CheckResult, "changes" | "invalidOperations"> & {
  variants?: readonly string[];
  changes: readonly Change[];
  invalidOperations: readonly (InvalidOperation & { variant?: string })[];
};

const titles = { breaking: "Breaking", dangerous: "Dangerous", safe: "Safe" } as const;

/** What whoever made the change may do about it. */
function advice({ kind, problem }: Change): string {
  if (problem === null) return "";
  if (kind === "VARIANT_REMOVED") return "Keep the variant until the day that its clients were promised.";
  if (kind.includes("DEPRECATION"))
    return 'Write @deprecated(reason: "Use X. Removal on YYYY-MM-DD."), and keep the day.';
  if (kind.includes("_DEFAULT_")) return "Keep the default, or make it nullable.";
  if (kind.endsWith("_REMOVED"))
    return 'Keep it with @deprecated(reason: "Use X. Removal on YYYY-MM-DD.") until no registered operation uses it.';
  if (kind === "FIELD_ARGUMENT_ADDED" || kind === "INPUT_FIELD_ADDED") return "Make it nullable or give it a default.";
  return "Add the new form beside the old one, and deprecate the old.";
}

const hit = ({ operations }: SchemaChange): string[] =>
  operations.map(({ name, clients }) => `${name} (${clientsLine(clients)})`);

/** ` (partner)` for what changes in some variants alone. */
const onlyIn = ({ variants = [] }: Change, result: Reported): string =>
  variants.length < (result.variants ?? []).length ? ` (${variants.join(", ")})` : "";

const inVariant = (variant: string | undefined) => (variant === undefined ? "" : ` in ${variant}`);

function summary(result: Reported): string {
  const count = (verdict: keyof typeof titles) => result.changes.filter((change) => change.verdict === verdict).length;
  return `${count("breaking")} breaking, ${count("dangerous")} dangerous, ${count("safe")} safe changes since ${result.baseline}${inVariant(result.variants?.join(", "))}`;
}

/** Lines for a terminal. */
export function textReport(result: Reported): string {
  const lines = result.changes.flatMap((change) => {
    const unused =
      change.verdict === "breaking" && change.operations.length === 0 ? " (no registered operation uses it)" : "";
    const verb = change.breaks ? "breaks" : "noticed by";
    return [
      `${change.problem === null ? " " : "✗"} ${change.verdict.padEnd(9)} ${change.message}${onlyIn(change, result)}${unused}`,
      ...hit(change).map((operation) => `    ${verb} ${operation}`),
      ...(change.problem === null ? [] : [`    ${change.problem}`, `    ${advice(change)}`]),
    ];
  });
  const invalid = result.invalidOperations.flatMap(({ operation, errors, variant }) => [
    `✗ ${operation.name} (${clientsLine(operation.clients)}) is no longer valid${inVariant(variant)}`,
    ...errors.map((error) => `    ${error}`),
  ]);
  return [...lines, ...invalid, summary(result), result.ok ? "the schema may land" : "the schema may not land"].join(
    "\n",
  );
}

const code = (text: string) => `\`${text.replaceAll("`", "'")}\``;

function section(result: Reported, verdict: keyof typeof titles): string[] {
  const changes = result.changes.filter((change) => change.verdict === verdict);
  if (changes.length === 0) return [];
  const rows = changes.map(
    (change) =>
      `| ${change.problem === null ? "" : "❌"} | ${code(change.path)} | ${change.message}${onlyIn(change, result)} | ${hit(change).join("<br>") || "nobody"} | ${[change.problem, advice(change)].filter(Boolean).join(". ")} |`,
  );
  return [
    `### ${titles[verdict]}`,
    "",
    "| | Where | What changed | Who is hit | What to do |",
    "|---|---|---|---|---|",
    ...rows,
    "",
  ];
}

/** A Markdown report for a pull request. */
export function markdownReport(result: Reported): string {
  const invalid = result.invalidOperations.map(
    ({ operation, errors, variant }) =>
      `- ${code(operation.name)} (${clientsLine(operation.clients)})${inVariant(variant)}: ${errors.join(" ")}`,
  );
  return [
    `## ${result.ok ? "✅ The schema may land" : "❌ The schema may not land"}`,
    "",
    `${summary(result)}.`,
    "",
    ...section(result, "breaking"),
    ...(invalid.length > 0 ? ["### Operations that are no longer valid", "", ...invalid, ""] : []),
    ...section(result, "dangerous"),
    ...section(result, "safe"),
  ].join("\n");
}

/** For machines: the result with operations by name, hash and clients. */
export const jsonReport = (result: Reported): string =>
  JSON.stringify({
    ...result,
    changes: result.changes.map((change) => ({
      ...change,
      operations: change.operations.map(({ name, hash, clients }) => ({ name, hash, clients })),
    })),
    invalidOperations: result.invalidOperations.map(({ operation: { name, hash, clients }, errors, variant }) => ({
      variant,
      name,
      hash,
      clients,
      errors,
    })),
  });
