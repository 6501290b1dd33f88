/** Form-encoded bodies and queries as Stripe's SDKs send them: `metadata[order]=1`, `expand[0]=charge`. */
import { z } from "zod";
import { invalid } from "./errors.ts";

type Tree = { [key: string]: string | Tree };

const maxDepth = 5;

/** Parses brackets into nested plain objects (lists become objects keyed by index). Throws 400 on a malformed or hostile key. */
export function parseForm(text: string): Tree {
  const root: Tree = Object.create(null) as Tree;
  for (const [key, value] of new URLSearchParams(text)) {
    const path = /^([^[\]]+)((?:\[[^[\]]*\])*)$/.exec(key);
    if (!path) throw invalid("parameter_unknown", `Received unknown parameter: ${key}`, key);
    const steps = [path[1]!, ...[...path[2]!.matchAll(/\[([^[\]]*)\]/g)].map((match) => match[1]!)];
    if (steps.length > maxDepth) throw invalid("parameter_unknown", `Received unknown parameter: ${key}`, key);
    assign(root, steps, value, key);
  }
  return root;
}

function assign(root: Tree, steps: string[], value: string, key: string): void {
  let at = root;
  for (const [index, step] of steps.entries()) {
    const name = step === "" ? String(Object.keys(at).length) : step;
    if (index === steps.length - 1) {
      at[name] = value;
      return;
    }
    const next = at[name] ?? (Object.create(null) as Tree);
    if (typeof next === "string") throw invalid("parameter_invalid_string_empty", `Invalid nesting: ${key}`, key);
    at[name] = next;
    at = next;
  }
}

const emptyToNull = (value: unknown) => (value === "" ? undefined : value);
const toList = (value: unknown) => (value !== null && typeof value === "object" ? Object.values(value) : value);

/** Fields of a form, converted from text. An empty text counts as not given. */
export const field = {
  text: z.preprocess(emptyToNull, z.string().max(5000).optional()),
  integer: z.preprocess(
    emptyToNull,
    z
      .string()
      .regex(/^-?\d{1,15}$/, "Invalid integer")
      .transform(Number)
      .optional(),
  ),
  boolean: z.preprocess(
    emptyToNull,
    z
      .enum(["true", "false"])
      .transform((value) => value === "true")
      .optional(),
  ),
  list: z.preprocess(toList, z.array(z.string().max(200)).max(50).optional()),
  metadata: z.record(z.string().max(40), z.string().max(500)).optional(),
  oneOf: <const T extends readonly [string, ...string[]]>(values: T) =>
    z.preprocess(emptyToNull, z.enum(values).optional()),
  anything: z.unknown().optional(),
};

/** Checks `form` against `shape`, `expand` allowed everywhere. Throws 400 naming the first bad or unknown parameter. */
export function readForm<S extends z.ZodRawShape>(form: Tree, shape: S): z.infer<z.ZodObject<S>> {
  const parsed = z.strictObject({ ...shape, expand: field.list }).safeParse(form);
  if (parsed.success) return parsed.data as unknown as z.infer<z.ZodObject<S>>;
  const issue = parsed.error.issues[0]!;
  if (issue.code === "unrecognized_keys") {
    throw invalid("parameter_unknown", `Received unknown parameter: ${issue.keys[0]}`, issue.keys[0]);
  }
  const param = issue.path.join(".");
  const code = issue.code === "invalid_format" ? "parameter_invalid_integer" : "parameter_invalid";
  throw invalid(code, `Invalid ${param}: ${issue.message}`, param);
}
