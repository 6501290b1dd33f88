/** `npm start`: the whole system from nothing. Ctrl-C stops it. */
import { readCommandLine } from "../../kit/server/command.ts";
import { readEnv } from "../../kit/server/env.ts";
import { runUntilSignal } from "../../kit/server/process.ts";
import { demoEmail, demoPassword } from "../../demo/world/world.ts";
import { dataFolderOf, env, environment, settingsHelp } from "./env.ts";
import { settingsGiven } from "./service-env.ts";
import { startSystem } from "./system.ts";

readCommandLine({
  name: "npm start",
  does: "Starts the whole system with demo data; Ctrl-C stops it.",
  more: settingsHelp,
});

async function start(): Promise<{ stop(): Promise<void> }> {
  const settings = readEnv(env);
  const began = performance.now();
  const system = await startSystem({
    dataFolder: dataFolderOf(settings),
    ports: { router: settings.PORT },
    seed: settings.ANTAR_SEED,
    logLevel: settings.LOG_LEVEL,
    logFormat: settings.LOG_FORMAT,
    progress: (line) => console.log(`  ${line} …`),
    settings: await settingsGiven(environment),
  });
  const accounts = [
    demoEmail.customer(0),
    demoEmail.owner(0),
    demoEmail.courier(0),
    demoEmail.support(),
    demoEmail.admin(),
  ];
  console.log(`
Antar is ready after ${((performance.now() - began) / 1000).toFixed(1)} s.

  GraphQL   ${system.graphqlUrl}
  IDE       ${system.routerUrl}/ide
  Docs      ${system.routerUrl}/docs/
  Health    ${system.routerUrl}/health

  Subgraphs:
${Object.entries(system.urls)
  .map(([name, url]) => `    ${name.padEnd(9)} ${url}`)
  .join("\n")}

  Demo accounts (password ${demoPassword}):
    ${accounts.join("\n    ")}

Ctrl-C stops everything; "npm run reset" clears the data.`);
  return system;
}

await runUntilSignal(start, { say: console.log });
