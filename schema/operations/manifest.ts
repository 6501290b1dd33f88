/** The persisted documents of a client: client-preset's manifest over clients/<name>/src/features. */
import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { generate } from "@graphql-codegen/cli";
import { buildSchema, concatAST, GraphQLError, parse, Source, validate, type GraphQLSchema } from "graphql";
import { RegistryError } from "./registry.ts";

/** Text of each document by its SHA-256, lower-case hex: what a client sends, and what the router looks up. */
export type Manifest = Readonly<Record<string, string>>;

const documentsOf = (root: string, client: string) =>
  globSync(`clients/${client}/src/features/**/*.graphql`, { cwd: root }).sort();

const describe = (error: GraphQLError): string => {
  const [location] = error.locations ?? [];
  return `${error.source?.name ?? ""}:${location?.line ?? 0}:${location?.column ?? 0} ${error.message}`;
};

/** Throws RegistryError with file, line and column of everything in the client's operations that the schema does not take. */
function validateClient(root: string, files: readonly string[], schema: GraphQLSchema): void {
  let errors: readonly GraphQLError[];
  try {
    errors = validate(
      schema,
      concatAST(files.map((file) => parse(new Source(readFileSync(join(root, file), "utf8"), file)))),
    );
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    errors = [error];
  }
  if (errors.length > 0) throw new RegistryError(errors.map(describe).join("\n"));
}

/** The manifest of one client of this checkout. Throws RegistryError when an operation does not fit `api` (SDL). */
export async function clientManifest(root: string, client: string, api: string): Promise<Manifest> {
  const files = documentsOf(root, client);
  if (files.length === 0) return {};
  validateClient(root, files, buildSchema(api));
  const folder = join(root, "clients", client, "src/generated/");
  const generated = await generate(
    {
      schema: api,
      documents: files.map((file) => join(root, file)),
      emitLegacyCommonJSImports: false,
      silent: true,
      generates: {
        [folder]: { preset: "client", presetConfig: { persistedDocuments: { hashAlgorithm: "sha256" } } },
      },
    },
    false,
  );
  const manifest = (generated as { filename: string; content: string }[]).find(({ filename }) =>
    filename.endsWith("persisted-documents.json"),
  );
  const entries = Object.entries(JSON.parse(manifest?.content ?? "{}") as Record<string, string>);
  return Object.fromEntries(entries.map(([hash, text]) => [hash.replace(/^sha256:/, ""), text]));
}

/** The clients that have operations, by name. */
export const clientNames = (root: string): string[] =>
  globSync("clients/*", { cwd: root })
    .filter((folder) => existsSync(join(root, folder, "src/features")))
    .map((folder) => folder.slice("clients/".length))
    .sort();
