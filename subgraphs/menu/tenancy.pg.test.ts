/** Whoever is not a member of a restaurant gets the answer that a missing one gives, word for word, and changes nothing. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { newId } from "../../kit/id.ts";
import { testNow, testSubgraph, userCaller } from "../../kit/testing/subgraph.ts";
import { demoChoiceId, demoItemId } from "../../demo/world/dishes.ts";
import { demoId, demoUserId } from "../../demo/world/world.ts";
import { menuItems, modifierGroups, openingHours, restaurants } from "./db/tables.ts";
import { seed } from "./db/seed.ts";
import { env } from "./env.ts";
import { start } from "./main.ts";

let menu: Awaited<ReturnType<typeof testSubgraph>>;
beforeAll(async () => {
  menu = await testSubgraph("menu", { start, env });
  await seed(menu.db, "test", testNow);
});
afterAll(() => menu.stop());

const strangers = {
  "another owner": userCaller(demoUserId.owner(1), "customer"),
  support: userCaller(demoUserId.support(), "support"),
  admin: userCaller(demoUserId.admin(), "admin"),
};

const restaurantId = demoId("rst", 0);
const itemId = demoItemId(0, 0);
const groupId = demoChoiceId(0, 0, 0);
const choice = { name: "Heat", minChoices: 0, maxChoices: 1, modifiers: [{ name: "Hot", priceMinor: 0 }] };
const dish = { section: "Mains", name: "Stolen", priceMinor: 1, taxRateBps: 0 };

/** Each mutation with the field that names its object, and input that breaks a rule: even that is not told to strangers. */
const mutations: [name: string, field: string, id: string, input: object, broken: object][] = [
  ["updateRestaurant", "restaurantId", restaurantId, { name: "Mine" }, { priceLevel: 9 }],
  ["setOpeningHours", "restaurantId", restaurantId, { spans: [] }, { spans: [], timeZone: "Mars/Base" }],
  ["createMenuItem", "restaurantId", restaurantId, dish, { ...dish, priceMinor: -1 }],
  ["updateMenuItem", "itemId", itemId, { priceMinor: 1 }, { priceMinor: -1 }],
  ["deleteMenuItem", "itemId", itemId, {}, {}],
  ["setItemAvailability", "itemId", itemId, { available: false }, { available: false }],
  ["setStock", "itemId", itemId, { stock: 0 }, { stock: -1 }],
  ["createModifierGroup", "itemId", itemId, choice, { ...choice, maxChoices: 9 }],
  ["updateModifierGroup", "groupId", groupId, choice, { ...choice, maxChoices: 9 }],
  ["deleteModifierGroup", "groupId", groupId, {}, {}],
];

const everything = async () => ({
  restaurants: await menu.db.select().from(restaurants).orderBy(restaurants.id),
  items: await menu.db.select().from(menuItems).orderBy(menuItems.id),
  groups: await menu.db.select().from(modifierGroups).orderBy(modifierGroups.id),
  hours: await menu.db.select().from(openingHours).orderBy(openingHours.restaurantId, openingHours.weekday),
  told: (await menu.outbox()).length,
});

test.each(mutations)("%s", async (name, field, id, input, broken) => {
  const before = await everything();
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input!`;
  const ask = `mutation M($input: ${type}) { ${name}(input: $input) { __typename ... on UserError { message } } }`;
  const missing = newId(id.slice(0, 3));
  for (const [who, caller] of Object.entries(strangers)) {
    const answer = async (of: string, more: object) =>
      (await menu.graphql(ask, { input: { [field]: of, ...more } }, caller)).data[name];
    const none = await answer(missing, input);
    expect(none.__typename).toBe("NotFoundError");
    for (const more of [input, broken]) expect({ who, answer: await answer(id, more) }).toEqual({ who, answer: none });
    expect(await answer("junk", input)).toEqual(none);
  }
  expect(await everything()).toEqual(before);
});
