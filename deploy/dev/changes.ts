/** What changed files mean for a running system. */

/** What is to be done; everything empty where nothing that runs has changed. */
export type Work<Name extends string> = {
  /** Contracts changed: the graph is composed anew before anything is restarted. */
  compose: boolean;
  /** Subgraphs whose resolver types are to be written. */
  codegen: Name[];
  /** Subgraphs whose databases may lack migrations. */
  migrate: Name[];
  /** Services to restart; each also starts again when it had ended. */
  restart: (Name | "router")[];
};

/** Tests, what is generated and what people read do not run. */
const idle =
  /(^|\/)(generated|testing|bench|e2e|node_modules)\/|\.test\.ts$|\.md$|^schema\/(supergraph|api)|^schema\/(check|mock|operations)/;

const runs = /\.(ts|js|sql|json|graphql)$/;

/** The work for `paths` (relative to the checkout) where the subgraphs are `names`. */
export function workFor<Name extends string>(paths: Iterable<string>, names: readonly Name[]): Work<Name> {
  const compose = new Set<Name>();
  const migrate = new Set<Name>();
  const restart = new Set<Name | "router">();
  for (const path of paths) {
    if (idle.test(path) || !runs.test(path)) continue;
    const [room, folder] = path.split("/");
    const name = names.find((each) => room === "subgraphs" && each === folder);
    // What all are made of: kit, the shared types and events in schema/, and the demo world of their seeds.
    const all = room === "kit" || room === "schema" || path.startsWith("demo/world/");
    if (all) for (const each of [...names, "router" as const]) restart.add(each);
    if (path === "schema/shared.graphql") for (const each of names) compose.add(each);
    if (room === "router") restart.add("router");
    if (name === undefined) continue;
    restart.add(name);
    if (path === `subgraphs/${name}/schema.graphql`) compose.add(name);
    if (path.startsWith(`subgraphs/${name}/db/migrations/`)) migrate.add(name);
  }
  const sorted = <T extends string>(some: Set<T>): T[] => [...some].sort();
  return { compose: compose.size > 0, codegen: sorted(compose), migrate: sorted(migrate), restart: sorted(restart) };
}

/** True where there is nothing to do. */
export const isIdle = (work: Work<string>): boolean =>
  !work.compose && work.migrate.length === 0 && work.restart.length === 0;
