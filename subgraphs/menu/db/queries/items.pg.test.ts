import { afterAll, beforeAll, expect, test } from "vitest";
import { newId } from "../../../../kit/id.ts";
import { testDatabase } from "../../../../kit/testing/database.ts";
import { demoChoiceId, demoItemId } from "../../../../demo/world/dishes.ts";
import { seed } from "../seed.ts";
import { deleteGroup, groupsById, replaceGroup } from "./items.ts";

let database: Awaited<ReturnType<typeof testDatabase>>;
beforeAll(async () => {
  database = await testDatabase("menu");
  await seed(database.db, "test", new Date("2026-06-01T05:00:00Z"));
});
afterAll(() => database.close());

test("a choice taken off meanwhile is not replaced, and nothing is left behind", async () => {
  const id = demoChoiceId(0, 0, 0);
  const modifiers = [{ id: newId("mod"), name: "Mild", priceMinor: 0, available: true }];
  const group = { id, itemId: demoItemId(0, 0), name: "Spice", minChoices: 0, maxChoices: 1, modifiers };
  const { db } = database;
  expect(await db.transaction((tx) => replaceGroup(tx, group))).toBe(true);
  await db.transaction((tx) => deleteGroup(tx, id));
  const again = { ...group, modifiers: modifiers.map((modifier) => ({ ...modifier, id: newId("mod") })) };
  expect(await db.transaction((tx) => replaceGroup(tx, again))).toBe(false);
  expect((await groupsById(db, [id])).size).toBe(0);
});
