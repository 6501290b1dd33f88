/** `npm run dev`: the whole system, each service a process of its own that follows its code. Ctrl-C stops it. */
import { join } from "node:path";
import { readCommandLine } from "../../kit/server/command.ts";
import { readEnv } from "../../kit/server/env.ts";
import { runUntilSignal } from "../../kit/server/process.ts";
import { demoEmail, demoPassword } from "../../demo/world/world.ts";
import { CompositionError } from "../../schema/sources.ts";
import { subgraphNames, type SubgraphName } from "../../schema/subgraphs.ts";
import { dataFolderOf, env, environment, settingsHelp } from "../embedded/env.ts";
import type { Starters } from "../embedded/starters.ts";
import { settingsGiven } from "../embedded/service-env.ts";
import { startSystem, type RunningSystem } from "../embedded/system.ts";
import { isIdle, workFor, type Work } from "./changes.ts";
import { composed, writeRest } from "./graph.ts";
import { startService, type Service } from "./service.ts";
import { watchCheckout } from "./watch.ts";

readCommandLine({
  name: "npm run dev",
  does: "The whole system, each service a process of its own that follows its code; Ctrl-C stops it.",
  more: settingsHelp,
});

const root = join(import.meta.dirname, "../..");
const services = new Map<string, Service>();

const say = (line: string) => console.log(`[dev] ${line}`);

/** One block that cannot be overlooked, whatever else the terminal shows. */
const complain = (title: string, text: string) =>
  console.error(`\n── ${title} ${"─".repeat(Math.max(3, 76 - title.length))}\n${text}\n${"─".repeat(80)}\n`);

/** Each service as a child process, kept to be restarted. */
const asProcesses: Starters = {
  async subgraph(name, settings) {
    const service = await startService(name, join(root, "subgraphs", name, "main.ts"), settings);
    services.set(name, service);
    return service;
  },
  async router(settings) {
    // Stock gateway does not follow a graph that changes.
    const given = { ...settings, ROUTER_ENGINE: "antar" };
    const service = await startService("router", join(root, "router/main.ts"), given);
    services.set("router", service);
    return service;
  },
};

/** True from when the contracts stopped composing until they compose again. */
let broken = false;

/** Composes the contracts, and says so where they did not compose before; answers what publishes the result. Throws CompositionError. */
function composeAgain(): () => void {
  try {
    const publish = composed(root);
    if (broken) say("the graph composes again");
    broken = false;
    return publish;
  } catch (error) {
    broken = true;
    throw error;
  }
}

/** Restarts `names` side by side; a failure is told and the others go on. */
async function restart(names: Work<SubgraphName>["restart"]): Promise<boolean> {
  const outcomes = await Promise.allSettled(names.map(async (name) => services.get(name)?.restart()));
  const reasons = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason as Error] : []));
  for (const { message } of reasons)
    complain("a service does not start", `${message}\nIt is started again when its code changes.`);
  return reasons.length === 0;
}

/** Follows one burst of changes. With contracts that do not compose nothing is touched, the old graph goes on, and the answer is false. */
async function follow(work: Work<SubgraphName>, system: RunningSystem): Promise<boolean> {
  const began = performance.now();
  let publish = () => {};
  try {
    if (work.compose) publish = composeAgain();
    for (const name of work.migrate)
      for (const migration of await system.migrate(name)) say(`${name}: applied ${migration}`);
  } catch (error) {
    const title = error instanceof CompositionError ? "the graph does not compose" : "a migration fails";
    complain(
      title,
      `${error instanceof Error ? error.message : String(error)}\nThe last graph that composed stays in use.`,
    );
    return false;
  }
  const rest = writeRest(root, work.codegen);
  const whole = await restart(work.restart);
  // The subgraphs serve what is new before the router asks for it.
  publish();
  if (whole) say(`${work.restart.join(", ") || "the graph"} renewed in ${Math.round(performance.now() - began)} ms`);
  await rest;
  return true;
}

async function start(): Promise<{ stop(): Promise<void> }> {
  const settings = readEnv(env);
  const system = await startSystem({
    dataFolder: dataFolderOf(settings),
    ports: { router: settings.PORT },
    seed: settings.ANTAR_SEED,
    logLevel: settings.LOG_LEVEL,
    logFormat: settings.LOG_FORMAT,
    settings: await settingsGiven(environment),
    starters: asProcesses,
    progress: say,
  });
  // What composes later than this has left the composer warm.
  try {
    composeAgain()();
  } catch (error) {
    complain(
      "the graph does not compose",
      `${error instanceof Error ? error.message : String(error)}\nThe committed graph serves.`,
    );
  }
  // What came with a graph that did not compose is not served yet: it waits for the mend, which may be in another file.
  let waiting: ReadonlySet<string> = new Set();
  const unwatch = watchCheckout(root, async (paths) => {
    const all = new Set([...waiting, ...paths]);
    const work = workFor(all, subgraphNames);
    waiting = isIdle(work) || (await follow(work, system)) ? new Set() : all;
  });
  const account = `${demoEmail.customer(0)} / ${demoPassword}`;
  console.log(`
  GraphQL   ${system.graphqlUrl}
  Account   ${account} (and owner1, courier1, support, admin @antar.test)

Watching kit, router, schema, subgraphs. Ctrl-C stops everything.`);
  return {
    async stop() {
      unwatch();
      await system.stop();
    },
  };
}

await runUntilSignal(start, { say: console.log });
