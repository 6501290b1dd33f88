import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { cleanUp } from "../database/cleanup.ts";
import { manualClock } from "../clock.ts";
import { newId } from "../id.ts";
import { createInbox } from "../events/inbox.ts";
import { followSessions, forgetEndedSessions, noteEnded, sessionEnded } from "./revoked-sessions.ts";
import { aggregateVersions, revokedSessions } from "../database/tables.ts";
import { type KitDatabase, kitDatabase } from "../testing/kit-database.ts";
import { quietLog, sampleEvent } from "../testing/sample-events.ts";

const data = z.object({ sessionId: z.string() });
const catalogue = { "session.revoked.v1": { source: "people", data } };
const clock = manualClock(new Date("2026-06-01T00:00:00Z"));
const minute = 60_000;
let database: KitDatabase;

beforeAll(async () => {
  database = await kitDatabase();
});
afterAll(() => database.close());

const ended = (sessionId: string, source = "people") =>
  sampleEvent(sessionId, 1, { type: "session.revoked.v1", source, data: { sessionId } });

function inboxOf(own?: (sessionId: string) => void) {
  const handlers = {
    "session.revoked.v1": async (_tx: unknown, event: { data: { sessionId: string } }) => own?.(event.data.sessionId),
  };
  const consumes = followSessions(own ? { topics: ["session"], handlers } : undefined);
  return createInbox({ db: database.db, catalogue, handlers: consumes.handlers, deps: {}, clock, log: quietLog });
}

test("the owner's event ends a session here; anyone else's does not", async () => {
  const [session, forged] = [newId("ses"), newId("ses")];
  expect(await sessionEnded(database.db, session)).toBe(false);
  expect(await inboxOf().receive(ended(session))).toBe("applied");
  expect(await inboxOf().receive(ended(session))).toBe("duplicate");
  expect(await sessionEnded(database.db, session)).toBe(true);
  expect(await inboxOf().receive(ended(forged, "stranger"))).toBe("parked");
  expect(await sessionEnded(database.db, forged)).toBe(false);
});

test("a subgraph's own handler still runs, after the note", async () => {
  const seen: string[] = [];
  const session = newId("ses");
  await inboxOf((sessionId) => seen.push(sessionId)).receive(ended(session));
  expect(seen).toEqual([session]);
  expect(await sessionEnded(database.db, session)).toBe(true);
});

test("noting an end twice, or none, is harmless", async () => {
  const session = newId("ses");
  await database.db.transaction(async (tx) => {
    await noteEnded(tx, [], clock.now());
    await noteEnded(tx, [session], clock.now());
    await noteEnded(tx, [session], clock.now());
  });
  expect(await sessionEnded(database.db, session)).toBe(true);
});

test("an ended session is forgotten after its tokens, with the version of its event; younger ones stay", async () => {
  await database.sql`truncate revoked_sessions, aggregate_versions`;
  const cleanups = [forgetEndedSessions(catalogue, 20 * minute)];
  const clean = () => cleanUp({ db: database.db, clock, log: quietLog, cleanups, batchSize: 2 });
  const old = [1, 2, 3, 4, 5].map(() => newId("ses"));
  for (const session of old) await inboxOf().receive(ended(session));
  const other = { side: "consumed", source: "people", topic: "order", aggregateId: old[0] ?? "", version: 3 } as const;
  await database.db.insert(aggregateVersions).values(other);
  clock.advance(19 * minute);
  const young = newId("ses");
  await inboxOf().receive(ended(young));
  expect(await clean()).toEqual({ "ended sessions": 0 });
  clock.advance(2 * minute);
  expect(await clean()).toEqual({ "ended sessions": 5 });
  const left = await database.db.select({ sessionId: revokedSessions.sessionId }).from(revokedSessions);
  expect(left).toEqual([{ sessionId: young }]);
  const versions = await database.db.select({ id: aggregateVersions.aggregateId }).from(aggregateVersions);
  expect(versions.map(({ id }) => id).toSorted()).toEqual([other.aggregateId, young].toSorted());
});
