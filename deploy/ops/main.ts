/** `npm run ops -- …`: operators see and mend what is stuck. */
import { parseArgs } from "node:util";
import { readEnv } from "../../kit/env.ts";
import { subgraphNames } from "../../schema/subgraphs.ts";
import type { Command } from "./command.ts";
import { env } from "./env.ts";
import { listEvents } from "./list-events.ts";
import { reconcile } from "./reconcile.ts";
import { replayEvent } from "./replay-event.ts";
import { explainSaga } from "./sagas/explain-saga.ts";
import { listSagas } from "./sagas/list-sagas.ts";
import { nudgeSaga } from "./sagas/nudge-saga.ts";
import { skipEvent } from "./skip-event.ts";

const commands: Record<string, Command> = {
  "events list": listEvents,
  "events replay": replayEvent,
  "events skip": skipEvent,
  "sagas list": listSagas,
  "sagas explain": explainSaga,
  "sagas nudge": nudgeSaga,
  reconcile,
};

const usage =
  "npm run ops -- events list|replay EVENT|skip EVENT [--subgraph NAME] [--json], or sagas [list|explain ORDER|nudge ORDER] [--json], or reconcile [--since 24h] [--json]";

async function run(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: { subgraph: { type: "string" }, since: { type: "string" }, json: { type: "boolean", default: false } },
    allowPositionals: true,
  });
  const [noun, verb, ...rest] = positionals;
  const alone = noun === "reconcile";
  const words = alone ? positionals.slice(1) : rest;
  const command = commands[alone ? noun : `${noun} ${noun === "sagas" ? (verb ?? "list") : verb}`];
  if (!command || (values.since !== undefined && !alone)) throw new Error(`usage: ${usage}`);
  const chosen = subgraphNames.filter((name) => values.subgraph === undefined || name === values.subgraph);
  if (chosen.length === 0)
    throw new Error(`no such subgraph: ${values.subgraph}; there are ${subgraphNames.join(", ")}`);
  const outcome = await command({ settings: readEnv(env), subgraphs: chosen, words, since: values.since });
  console.log(values.json ? JSON.stringify(outcome.value) : outcome.lines.join("\n"));
  if (outcome.failed) process.exitCode = 1;
}

try {
  await run();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
