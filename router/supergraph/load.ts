/** The composed graph as stock gateway can load it. */
import { readFile } from "node:fs/promises";
import { Kind, parse, print, visit, type ConstDirectiveNode, type DocumentNode } from "graphql";

/** Directives that stock gateway refuses ("for: SECURITY but is unsupported"); every subgraph enforces them itself. */
const security = new Set(["authenticated", "requiresScopes", "policy"]);
const securityScalars = new Set(["requiresScopes__Scope", "federation__Scope", "policy__Policy", "federation__Policy"]);

function linksSecurity(directive: ConstDirectiveNode): boolean {
  if (directive.name.value !== "link") return false;
  const url = directive.arguments?.find((argument) => argument.name.value === "url")?.value;
  return url?.kind === Kind.STRING && /\/(authenticated|requiresScopes|policy)\/v/.test(url.value);
}

/** `document` without the security directives, their definitions and their links. */
export const withoutSecurityDirectives = (document: DocumentNode): DocumentNode =>
  visit(document, {
    Directive: (node) =>
      security.has(node.name.value) || linksSecurity(node as ConstDirectiveNode) ? null : undefined,
    DirectiveDefinition: (node) => (security.has(node.name.value) ? null : undefined),
    ScalarTypeDefinition: (node) => (securityScalars.has(node.name.value) ? null : undefined),
  });

/** Reads a supergraph file. Rejects when it is missing or is no GraphQL. */
export async function loadSupergraph(file: string): Promise<string> {
  return print(withoutSecurityDirectives(parse(await readFile(file, "utf8"))));
}
