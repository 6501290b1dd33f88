/** Every subgraph and the template at once, each over its own seeded database, asking one another as services do. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { z } from "zod";
import type { Db } from "../../kit/database/db.ts";
import { ServiceCallError } from "../../kit/access/service-call.ts";
import type { RunningSubgraph, StartOptions } from "../../kit/server/subgraph.ts";
import { testNow, testSubgraph, type FakeCalls } from "../../kit/testing/subgraph.ts";
import { subgraphNames } from "../../schema/subgraphs.ts";

/** The folders under subgraphs/ that hold a contract. */
export const everySubgraph = [...subgraphNames, "template"] as const;

/** The folder of a subgraph. */
export const folderOf = (name: string): string => join(import.meta.dirname, "../../subgraphs", name);

export type StartedSubgraph = Awaited<ReturnType<typeof testSubgraph>>;

/** What a subgraph cannot do without and has no default for. The provider's address is one where nobody listens. */
const settings: Readonly<Record<string, Record<string, string>>> = {
  users: { KEY_ENCRYPTION_KEY: "a secret of at least thirty-two characters" },
  payments: { STRIPE_API_URL: "http://127.0.0.1:9", STRIPE_SECRET_KEY: "sk_test", STRIPE_WEBHOOK_SECRET: "whsec_test" },
};

type Main = { start(env: unknown, options: StartOptions): Promise<RunningSubgraph> };
type Seed = { seed(db: Db, size: "test", now: Date): Promise<void> };

async function startOne(name: string, calls: FakeCalls): Promise<StartedSubgraph> {
  const folder = folderOf(name);
  const { start } = (await import(join(folder, "main.ts"))) as Main;
  const { env } = (await import(join(folder, "env.ts"))) as { env: z.ZodType };
  const started = await testSubgraph(name, { start, env, calls, settings: settings[name] ?? {} });
  const seeds = join(folder, "db/seed.ts");
  if (existsSync(seeds)) await ((await import(seeds)) as Seed).seed(started.db, "test", testNow);
  return started;
}

/** Starts them all. A call from one to another goes to that one with the caller's own credential, and throws for any error. */
export async function startEverySubgraph() {
  const running = new Map<string, StartedSubgraph>();
  const callsOf = (service: string): FakeCalls =>
    Object.fromEntries(
      subgraphNames.map((target) => [
        target,
        async (query: string, variables: object) => {
          const answer = await running.get(target)?.graphql(query, variables, { kind: "service", service });
          if (!answer?.data || answer.errors)
            throw new ServiceCallError(`${target} refused: ${JSON.stringify(answer?.errors)}`);
          return answer.data as unknown;
        },
      ]),
    );
  for (const name of everySubgraph) running.set(name, await startOne(name, callsOf(name)));
  return {
    of(name: string): StartedSubgraph {
      const found = running.get(name);
      if (!found) throw new Error(`there is no subgraph ${name}`);
      return found;
    },
    stop: async () => void (await Promise.all([...running.values()].map((one) => one.stop()))),
  };
}
