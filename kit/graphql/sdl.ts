/** Reads a subgraph's contract: its own SDL with the shared value types in front. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gql } from "graphql-tag";
import type { DocumentNode } from "graphql";

const sharedFile = fileURLToPath(new URL("../../schema/shared.graphql", import.meta.url));

/** Text of `<folder>/schema.graphql` followed by `schema/shared.graphql`. */
export const readSdl = (folder: string): string =>
  `${readFileSync(join(folder, "schema.graphql"), "utf8")}\n${readFileSync(sharedFile, "utf8")}`;

/** The parsed contract of the subgraph in `folder`. Throws GraphQLError on a syntax error. */
export const readTypeDefs = (folder: string): DocumentNode => gql(readSdl(folder));
