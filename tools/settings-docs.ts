/** Prints every setting of every service as docs, from the zod schemas and the comments in the env.ts files. It stands here because .config may import all. */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

/** Settings without a doc comment; the message names their file. */
export class UndescribedSettings extends Error {
  override name = "UndescribedSettings";
}

/** A setting as printed; `fallback` is undefined where one must be given. */
export type Setting = { name: string; fallback: string | undefined; kind: string; description: string };

const units: readonly (readonly [suffix: RegExp, unit: string])[] = [
  [/_MS$/, "milliseconds"],
  [/_SECONDS(_|$)/, "seconds"],
  [/_MINUTES$/, "minutes"],
  [/_HOURS$/, "hours"],
  [/_DAYS$/, "days"],
  [/_BPS$/, "basis points"],
  [/_METERS$/, "meters"],
  [/_METERS_PER_SECOND$/, "meters per second"],
  [/_BYTES$/, "bytes"],
  [/_MINOR$/, "minor units of the currency"],
  [/_URL$/, "URL"],
];

/** What settings mean that stand in many files under one name. */
const common: readonly (readonly [name: RegExp, description: string])[] = [
  [/^LOG_LEVEL$/, "The least severe lines that are written."],
  [
    /^NODE_ENV$/,
    "`production` switches off what is for development alone; what must never run there refuses to start.",
  ],
  [/^HOST$/, "Address to listen on."],
  [/^DATABASE_POOL$/, "Most connections to the database at one time."],
  [/^ACCESS_TOKEN_ISSUER$/, "Who signs access tokens (`iss`); users and router must agree."],
  [/^ACCESS_TOKEN_AUDIENCE$/, "For whom access tokens are (`aud`); users and router must agree."],
  [/^ACCESS_TOKEN_SECONDS$/, "How long an access token lives."],
  [/^[A-Z]+_OWNER_DATABASE_URL$/, "The subgraph's database as its owner role; needed only where it is migrated."],
  [/^[A-Z]+_DATABASE_URL$/, "The subgraph's database, in place of the embedded one."],
  [/^WEBHOOK_RETRY_MAX_MS$/, "Longest pause before a refused webhook is sent again."],
  [/^STRIPE_SECRET_KEY$/, "The platform's key at the card provider."],
  [/^REFUND_RETRY_MAX_MS$/, "Longest pause before a refused refund is tried again."],
  [/^SERVICE_FEE_BPS$/, "The platform's fee, as a share of the items."],
  [/^SEARCH_RINGS_MAX$/, "Rings of hexagons searched at most."],
  [/^COURIER_METERS_PER_SECOND$/, "Speed that travel times are reckoned with."],
  [/^IDLE_CREDIT_BPS$/, "Share of a courier's idle time that counts in their favour."],
  [/^IDLE_CREDIT_CAP_SECONDS$/, "Most that idle time can count."],
  [/^HANDOVER_SECONDS$/, "Time reckoned for handing over at the door."],
  [/^PICKUP_CODE_LOCK_MS$/, "How long a pickup code stays locked."],
];

/** The doc comment in front of each `NAME:` of a source text. */
export function commentsOf(source: string): Map<string, string> {
  const found = [...source.matchAll(/\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*([A-Z][A-Z0-9_]*):/g)];
  return new Map(found.map(([, text = "", name = ""]) => [name, text.replaceAll(/\s*\n\s*\*?\s*/g, " ").trim()]));
}

function inner(schema: z.core.$ZodType): z.core.$ZodType {
  const { def } = schema._zod as { def: { innerType?: z.core.$ZodType } };
  return def.innerType ? inner(def.innerType) : schema;
}

function kindOf(name: string, schema: z.core.$ZodType, fallback: unknown): string {
  const bare = inner(schema);
  if (bare instanceof z.ZodEnum) return bare.options.map((option) => `\`${option}\``).join(", ");
  if (typeof fallback === "boolean") return "`true`, `false`";
  const unit = units.find(([suffix]) => suffix.test(name))?.[1];
  if (!(bare instanceof z.ZodNumber)) return unit ?? "text";
  const { minValue, maxValue } = bare;
  const low = minValue !== null && minValue > Number.MIN_SAFE_INTEGER ? `from ${minValue}` : "";
  const high = maxValue !== null && maxValue < Number.MAX_SAFE_INTEGER ? `to ${maxValue}` : "";
  return [unit ?? "number", [low, high].filter(Boolean).join(" ")].filter(Boolean).join(", ");
}

/** The settings of one zod object, in its own order. A description is the schema's own, else the comment's. */
export function settingsOf(
  shape: Readonly<Record<string, z.ZodType>>,
  comments: ReadonlyMap<string, string>,
): Setting[] {
  return Object.entries(shape).map(([name, schema]) => {
    const absent = schema.safeParse(undefined);
    // The sandbox's default is whatever it finds, so that it would differ between a test run and a shell.
    const value: unknown = name === "NODE_ENV" ? "development" : absent.success ? absent.data : undefined;
    const text = value === undefined || typeof value === "string" ? value : JSON.stringify(value);
    return {
      name,
      fallback: absent.success ? (text ?? "") : undefined,
      kind: kindOf(name, schema, value),
      description: schema.description ?? comments.get(name) ?? common.find(([named]) => named.test(name))?.[1] ?? "",
    };
  });
}

const code = (text: string): string => (text === "" ? "–" : `\`${text.replaceAll("|", "\\|")}\``);

function chapter(title: string, file: string, settings: readonly Setting[]): string[] {
  const silent = settings.filter(({ description }) => description === "");
  if (silent.length > 0)
    throw new UndescribedSettings(`${file}: no doc comment before ${silent.map(({ name }) => name).join(", ")}`);
  const rows = settings.map(
    ({ name, fallback, kind, description }) =>
      `| \`${name}\` | ${fallback === undefined ? "**required**" : code(fallback)} | ${kind} | ${description.replaceAll("|", "\\|")} |`,
  );
  const table = ["| Setting | Default | Unit or values | What it says |", "| --- | --- | --- | --- |", ...rows];
  return ["", `## ${title}`, "", `From \`${file}\`.`, "", ...(rows.length > 0 ? table : ["None of its own."])];
}

const titleOf = (file: string): string =>
  file
    .replace(/\/env\.ts$/, "")
    .replace(/\/command-env\.ts$/, ", commands")
    .replace(/^subgraphs\//, "")
    .replace(/^deploy$/, "deploy (npm run migrate)");

async function shapesOf(file: string): Promise<Record<string, z.ZodType>[]> {
  const module = (await import(file)) as Record<string, unknown>;
  return Object.values(module).flatMap((value) =>
    value instanceof z.ZodObject ? [value.shape as Record<string, z.ZodType>] : [],
  );
}

/** docs/settings.md for the services under `root`. */
export async function settings(root: string): Promise<string> {
  const { subgraphEnv } = (await import(join(root, "kit/server/env.ts"))) as { subgraphEnv: Record<string, z.ZodType> };
  const read = (file: string) => commentsOf(readFileSync(join(root, file), "utf8"));
  const shared = read("kit/server/env.ts");
  const files = globSync("{router,subgraphs/*,deploy,deploy/*,sandbox/*}/{env,command-env}.ts", { cwd: root })
    .filter((file) => !file.startsWith("subgraphs/template/"))
    .toSorted();
  const chapters = await Promise.all(
    files.map(async (file) => {
      const own = (await shapesOf(join(root, file))).flatMap((shape) => Object.entries(shape));
      const isShared = ([name, schema]: [string, z.ZodType]) =>
        file.startsWith("subgraphs/") && subgraphEnv[name] === schema;
      const shape = Object.fromEntries(own.filter((entry) => !isShared(entry)));
      return chapter(titleOf(file), file, settingsOf(shape, new Map([...shared, ...read(file)])));
    }),
  );
  const intro = [
    "# Settings",
    "",
    "<!-- Generated by `npm run docs` from the env.ts files; do not edit. -->",
    "",
    "Every setting is an environment variable, read once at start; an empty one counts as unset. A service that cannot use its",
    "settings lists every problem and does not start. `npm start` and `npm run dev` hand the services their settings from the same",
    "environment, but for those that they make themselves: ports, addresses, databases, keys.",
  ];
  const every = chapter("Every subgraph", "kit/server/env.ts", settingsOf(subgraphEnv, shared));
  // Defaults that lie in the checkout are the same wherever it stands.
  const local = (text: string) => text.replaceAll(`${root}/`, "");
  return `${local([...intro, ...every, ...chapters.flat()].join("\n"))}\n`;
}
