/** How each service is started from its settings, within this process. */
import { readEnv } from "../../kit/server/env.ts";
import type { RunningService } from "../../kit/server/subgraph.ts";
import { env as routerEnv } from "../../router/env.ts";
import { startRouter } from "../../router/http/server.ts";
import type { SubgraphName } from "../../schema/subgraphs.ts";
import type { Settings } from "./settings.ts";

/** Something that was started: its base address, and its end. */
export type Started = { url: string; stop(): Promise<void> };

/** How services are started, each from the settings that its environment would hold. */
export type Starters = {
  subgraph(name: SubgraphName, settings: Settings): Promise<Started>;
  router(settings: Settings): Promise<Started>;
};

/** What every subgraph's env.ts and main.ts export. */
type Module = {
  env: Parameters<typeof readEnv>[0];
  start(settings: unknown): Promise<RunningService>;
};

/** The one way in which every subgraph starts, so that schema/subgraphs.ts stays the only list of them. */
export const inProcess: Starters = {
  async subgraph(name, settings) {
    const folder = `../../subgraphs/${name}`;
    const { env } = (await import(`${folder}/env.ts`)) as Module;
    const { start } = (await import(`${folder}/main.ts`)) as Module;
    return start(readEnv(env, settings));
  },
  router: (settings) => startRouter(readEnv(routerEnv, settings)),
};
