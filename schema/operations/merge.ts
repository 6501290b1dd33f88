/** Merges what the clients of this version ask into the registry. */
import { getOperationAST, parse } from "graphql";
import type { Manifest } from "./manifest.ts";
import type { Registry } from "./registry.ts";

/** Versions of a client that stay registered; older ones are taken to be out of use. */
const versionsKept = 10;

/** 1.9.0 before 1.10.0; anything that is no number after all numbers. */
const byVersion = new Intl.Collator("en", { numeric: true }).compare;

const versionsOf = (registry: Registry, client: string): string[] => [
  ...new Set(Object.values(registry.operations).flatMap(({ clients }) => clients[client] ?? [])),
];

/**
 * The registry with `manifests` as what `version` of each client asks: operations of earlier versions stay, until a client
 * has ten newer ones. Deterministic; running it again changes nothing.
 */
export function mergeManifests(
  registry: Registry,
  manifests: Readonly<Record<string, Manifest>>,
  version: string,
): Registry {
  const merged = new Map<string, { name: string; document: string; clients: Map<string, string[]> }>();
  const register = (hash: string, name: string, document: string, client: string, versions: readonly string[]) => {
    const entry = merged.get(hash) ?? { name, document, clients: new Map<string, string[]>() };
    entry.clients.set(client, [...(entry.clients.get(client) ?? []), ...versions]);
    merged.set(hash, entry);
  };
  for (const [hash, { name, document, clients }] of Object.entries(registry.operations))
    for (const [client, versions] of Object.entries(clients)) {
      const kept = [...new Set([...versionsOf(registry, client), version])].sort(byVersion).slice(-versionsKept);
      const past = versions.filter((one) => one !== version && kept.includes(one));
      if (past.length > 0) register(hash, name, document, client, past);
    }
  for (const [client, manifest] of Object.entries(manifests))
    for (const [hash, document] of Object.entries(manifest))
      register(hash, getOperationAST(parse(document))?.name?.value ?? "", document, client, [version]);
  const entries = [...merged].sort(([a, one], [b, two]) => (one.name + a < two.name + b ? -1 : 1));
  return {
    operations: Object.fromEntries(
      entries.map(([hash, { name, document, clients }]) => [
        hash,
        {
          name,
          document,
          clients: Object.fromEntries(
            [...clients].sort(([a], [b]) => (a < b ? -1 : 1)).map(([client, all]) => [client, all.sort(byVersion)]),
          ),
        },
      ]),
    ),
  };
}
