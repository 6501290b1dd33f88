/** `npm run ops` as a process, on a subgraph whose inbox is run by hand. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, expect, test } from "vitest";
import { systemClock } from "../../kit/clock.ts";
import type { Event } from "../../kit/events/event.ts";
import { newId } from "../../kit/id.ts";
import { createInbox, type Inbox } from "../../kit/events/inbox.ts";
import { outboxEvents } from "../../kit/events/relay.ts";
import { testDatabase, type TestDatabase } from "../../kit/testing/database.ts";
import { quietLog, sampleCatalogue, sampleEvent } from "../../kit/testing/sample-events.ts";

let database: TestDatabase;
let inbox: Inbox;
/** What the handler does: throws while the subgraph is broken. */
let broken: boolean;
let applied: number[];
let bad: Event;
let next: Event;
beforeEach(async () => {
  database = await testDatabase("orders");
  broken = true;
  applied = [];
  const handlers = {
    "thing.made.v1": async (_tx: unknown, event: Event) => {
      if (broken && event.aggregateVersion === 1) throw new Error("no such thing\nwith more to say");
      applied.push(event.aggregateVersion);
    },
  };
  inbox = createInbox({
    db: database.db,
    catalogue: sampleCatalogue,
    handlers,
    deps: {},
    clock: systemClock(0),
    log: quietLog,
    maxAttempts: 1,
  });
  const aggregateId = newId("ord");
  [bad, next] = [sampleEvent(aggregateId, 1), sampleEvent(aggregateId, 2)];
  expect(await inbox.receive(next)).toBe("parked");
  expect(await inbox.receive(bad)).toBe("quarantined");
});
afterEach(() => database.close());

async function ops(args: string[], settings: Record<string, string> = { ORDERS_DATABASE_URL: database.url }) {
  const child = spawn(process.execPath, [join(import.meta.dirname, "main.ts"), ...args], { env: settings });
  const [out, problems, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
  return { code: code as number | null, out, problems };
}
const onOrders = ["--subgraph", "orders"];

/** The audit entries that wait to be sent. */
const audits = async () =>
  (await outboxEvents(database.db))
    .filter(({ type }) => type === "audit.recorded.v1")
    .map(({ source, data }) => ({ source, ...(data as { action: string; subjectId: string; actorId: null }) }));

/** Runs the subgraph's own loop over waiting events while `work` goes on. */
async function whileRunning<T>(work: Promise<T>): Promise<T> {
  let over = false;
  const done = work.finally(() => (over = true));
  while (!over) await inbox.resume();
  return done;
}

test("list tells what waits and why, as text and as JSON", async () => {
  const { code, out } = await ops(["events", "list", ...onOrders]);
  expect(code).toBe(0);
  expect(out.split("\n")).toEqual([
    expect.stringMatching(`^orders    parked      ${next.id}  thing.made.v1 of .* waits for version 1$`),
    expect.stringMatching(`^orders    quarantined ${bad.id}  thing.made.v1 of .* 1 tries: Error: no such thing$`),
    "",
  ]);
  const json = await ops(["events", "list", "--json", ...onOrders]);
  expect(JSON.parse(json.out)).toMatchObject({
    events: [
      { eventId: next.id, subgraph: "orders", state: "parked", missingVersion: 1 },
      { eventId: bad.id, subgraph: "orders", state: "quarantined", missingVersion: null, attempts: 1 },
    ],
  });
});

test("replay has the running subgraph apply the event and what waited for it, and is audited", async () => {
  broken = false;
  const { code, out } = await whileRunning(ops(["events", "replay", bad.id, ...onOrders]));
  expect({ code, out }).toEqual({ code: 0, out: `${bad.id} has taken effect in orders\n` });
  await inbox.resume();
  expect(applied).toEqual([1, 2]);
  expect(await audits()).toMatchObject([
    { source: "orders", action: "event.replayed", subjectId: bad.id, actorId: null },
  ]);
  expect((await ops(["events", "list", ...onOrders])).out).toBe("no event waits\n");
});

test("a replay that fails again leaves the event in quarantine, and exits with 1", async () => {
  const { code, out } = await whileRunning(ops(["events", "replay", bad.id, "--json", ...onOrders]));
  expect(code).toBe(1);
  expect(JSON.parse(out)).toEqual({ eventId: bad.id, subgraph: "orders", outcome: "quarantined" });
  expect(applied).toEqual([]);
});

test("a replay tells when nobody runs the subgraph", async () => {
  const settings = { ORDERS_DATABASE_URL: database.url, OPS_PATIENCE_MS: "0" };
  const { out } = await ops(["events", "replay", bad.id, "--json", ...onOrders], settings);
  expect(JSON.parse(out)).toMatchObject({ outcome: "pending" });
});

test("skip gives a quarantined event up, and its successor takes effect", async () => {
  const { code } = await ops(["events", "skip", bad.id, ...onOrders]);
  expect(code).toBe(0);
  await inbox.resume();
  expect(applied).toEqual([2]);
  expect(await audits()).toMatchObject([{ source: "orders", action: "event.skipped", subjectId: bad.id }]);
});

test("what is only parked is not skipped, and nothing is audited", async () => {
  const { code, problems } = await ops(["events", "skip", next.id, ...onOrders]);
  expect({ code, problems }).toEqual({
    code: 1,
    problems: `${next.id} is not the next quarantined event of ${next.aggregateId}: it stays\n`,
  });
  expect(await audits()).toEqual([]);
});

test.for<[string, string[], string]>([
  ["no command", [], "no command"],
  ["an unknown command", ["events", "burn"], "no such command: events burn"],
  ["an unknown option", ["events", "list", "--all"], "unknown option '--all'"],
])("%s is a command line that is refused", async ([, args, problem]) => {
  const outcome = {
    code: 2,
    out: "",
    problems: `npm run ops: ${problem}; "npm run ops -- --help" lists what there is\n`,
  };
  expect(await ops(args)).toEqual(outcome);
});

test.for<[string, string[], RegExp]>([
  ["an unknown subgraph", ["events", "list", "--subgraph", "kitchen"], /^no such subgraph: kitchen; there are users/],
  ["no event", ["events", "replay", ...onOrders], /^name one event by its id: evt_…$/],
  ["an unknown event", ["events", "skip", "evt_1", ...onOrders], /^evt_1 does not wait in orders$/],
  [
    "a folder without a system",
    ["events", "list", "--subgraph", "menu"],
    /^no system runs on \/nowhere: .*MENU_DATABASE_URL$/,
  ],
])("%s is refused in one line", async ([, args, problem]) => {
  const settings = { ORDERS_DATABASE_URL: database.url, ANTAR_DATA: "/nowhere" };
  const { code, out, problems } = await ops(args, settings);
  expect({ code, out }).toEqual({ code: 1, out: "" });
  expect(problems.trimEnd()).toMatch(problem);
  expect(problems.trimEnd()).not.toContain("\n");
});

test("a database that refuses is named in one line, without its password", async () => {
  const wrong = database.url.replace(/:[^:@/]+@/, ":wrong@");
  const { code, problems } = await ops(["events", "list", ...onOrders], { ORDERS_DATABASE_URL: wrong });
  expect(code).toBe(1);
  expect(problems).toBe('orders: password authentication failed for user "orders_app"\n');
});
