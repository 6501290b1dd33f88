/** `npm run ops -- …`: operators see and mend what is stuck. */
import { readCommandLine, refuseCommandLine } from "../../kit/server/command.ts";
import { readEnv } from "../../kit/server/env.ts";
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

const line = {
  name: "npm run ops",
  does: "Operators see and mend what is stuck.",
  words: "COMMAND",
  options: {
    subgraph: { kind: "text", value: "NAME", help: "only events of this subgraph" },
    since: { kind: "text", value: "DURATION", help: "for reconcile: how far back, such as 24h" },
    json: { kind: "flag", help: "print the outcome as JSON" },
  },
  more: [
    "Commands:",
    "  events list           events that wait in the subgraphs",
    "  events replay EVENT   hand an event over again",
    "  events skip EVENT     leave an event out",
    "  sagas list            orders that are past the time of their state",
    "  sagas explain ORDER   what an order waits for",
    "  sagas nudge ORDER     let an order try its next step now",
    "  reconcile             compare payments with the card provider",
  ],
} as const;

async function run(): Promise<void> {
  const { values, words: positionals } = readCommandLine(line);
  const [noun, verb, ...rest] = positionals;
  const alone = noun === "reconcile";
  const words = alone ? positionals.slice(1) : rest;
  const command = commands[alone ? noun : `${noun} ${noun === "sagas" ? (verb ?? "list") : verb}`];
  if (!command)
    refuseCommandLine(line, noun === undefined ? "no command" : `no such command: ${positionals.join(" ")}`);
  if (values.since !== undefined && !alone) refuseCommandLine(line, "--since belongs to reconcile");
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
