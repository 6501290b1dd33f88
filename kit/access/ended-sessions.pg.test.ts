import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createEndedSessions, readEnded } from "./ended-sessions.ts";
import { newId } from "../id.ts";
import { noteEnded } from "./revoked-sessions.ts";
import { kitDatabase, type KitDatabase } from "../testing/kit-database.ts";

let database: KitDatabase;
beforeAll(async () => {
  database = await kitDatabase();
});
afterAll(() => database.close());
beforeEach(() => database.sql`truncate revoked_sessions`);

const end = async (sessionId: string, at = new Date()) =>
  database.db.transaction((tx) => noteEnded(tx, [sessionId], at));

test("a cursor gives what has ended since, and without one everything comes", async () => {
  const [first, second] = [newId("ses"), newId("ses")];
  await end(first);
  expect((await readEnded(database.db, null)).sessionIds).toEqual([first]);
  let cursor = "";
  // While a transaction of the cluster is older than the row, the row comes again.
  const news = async () => {
    ({ cursor } = await readEnded(database.db, null));
    return (await readEnded(database.db, cursor)).sessionIds;
  };
  await expect.poll(news, { timeout: 20_000 }).toEqual([]);
  await end(second);
  expect((await readEnded(database.db, cursor)).sessionIds).toEqual([second]);
  expect((await readEnded(database.db, null)).sessionIds.toSorted()).toEqual([first, second].toSorted());
});

test("an end that commits late is not missed, though later ones were read before it, by a clock that is behind", async () => {
  const [slow, quick] = [newId("ses"), newId("ses")];
  const before = await readEnded(database.db, null);
  const written = Promise.withResolvers<void>();
  const commit = Promise.withResolvers<void>();
  const ending = database.db.transaction(async (tx) => {
    await noteEnded(tx, [slow], new Date("2020-01-01T00:00:00Z"));
    written.resolve();
    await commit.promise;
  });
  await written.promise;
  await end(quick);
  const between = await readEnded(database.db, before.cursor);
  expect(between.sessionIds).toEqual([quick]);
  commit.resolve();
  await ending;
  expect((await readEnded(database.db, between.cursor)).sessionIds).toContain(slow);
});

test("what is known stays known while nothing can be read", async () => {
  let isAway = false;
  const sessions = createEndedSessions((after) =>
    isAway ? Promise.reject(new Error("away")) : readEnded(database.db, after),
  );
  expect(sessions.isLoaded()).toBe(false);
  const [gone, next] = [newId("ses"), newId("ses")];
  await end(gone);
  await sessions.learn();
  expect([sessions.isLoaded(), sessions.has(gone), sessions.has(next)]).toEqual([true, true, false]);
  await end(next);
  isAway = true;
  await expect(sessions.learn()).rejects.toThrow("away");
  expect([sessions.has(gone), sessions.has(next)]).toEqual([true, false]);
  isAway = false;
  await sessions.learn();
  expect([sessions.has(gone), sessions.has(next)]).toEqual([true, true]);
});
