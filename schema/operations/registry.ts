/** The registered operations: what the clients of the last releases may ask. Kept in schema/operations.json. */
import { existsSync, readFileSync } from "node:fs";
import { GraphQLError, parse, type DocumentNode } from "graphql";
import { z } from "zod";

const registryShape = z.object({
  /** By SHA-256 of the document's text, lower-case hex. */
  operations: z.record(
    z.string().regex(/^[0-9a-f]{64}$/),
    z.object({
      name: z.string().min(1),
      document: z.string().min(1),
      /** Versions of each client that ask it, oldest first. */
      clients: z.record(z.string().min(1), z.array(z.string().min(1)).min(1)),
    }),
  ),
});

/** The registry's file as it is written. */
export type Registry = z.infer<typeof registryShape>;

export type RegisteredOperation = {
  /** SHA-256 of `text`, lower-case hex. */
  hash: string;
  name: string;
  text: string;
  document: DocumentNode;
  clients: Readonly<Record<string, readonly string[]>>;
};

/** A registry that cannot be read; the message says where and how to mend it. */
export class RegistryError extends Error {
  override name = "RegistryError";
}

const mend = "run `npm run schema:operations` to write it anew";

/** Reads the registry; empty when the file is not there. Throws RegistryError for a corrupt one. */
export function readRegistry(file: string): Registry {
  if (!existsSync(file)) return { operations: {} };
  try {
    return registryShape.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error).replaceAll("\n", " ") : String(error);
    throw new RegistryError(`${file} is no registry of operations: ${why}; ${mend}`);
  }
}

/** The operations with their parsed documents. Throws RegistryError for a document that is no GraphQL. */
export function registeredOperations(file: string): RegisteredOperation[] {
  return Object.entries(readRegistry(file).operations).map(([hash, { name, document: text, clients }]) => {
    try {
      return { hash, name, text, document: parse(text), clients };
    } catch (error) {
      const why = error instanceof GraphQLError ? error.message : String(error);
      throw new RegistryError(`${file}: operation ${name} (${hash.slice(0, 12)}) is no GraphQL: ${why}; ${mend}`);
    }
  });
}

/** `customer 1.2.0, 1.3.0; admin 1.3.0` */
export const clientsLine = (clients: RegisteredOperation["clients"]): string =>
  Object.entries(clients)
    .map(([name, versions]) => `${name} ${versions.join(", ")}`)
    .join("; ");
