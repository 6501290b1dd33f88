import { afterAll, beforeAll, expect, test } from "vitest";
import { newId } from "../../kit/id.ts";
import { ServiceCallError } from "../../kit/access/service-call.ts";
import { testSubgraph, userCaller } from "../../kit/testing/subgraph.ts";
import { env } from "./env.ts";
import { start } from "./main.ts";

const restaurantId = newId("rst");
let isMenuAway = false;
const calls = {
  menu: (_query: string, asked: { restaurantId: string }) => {
    if (isMenuAway) throw new ServiceCallError("menu is away");
    return { knownInMenu: { restaurant: asked.restaurantId === restaurantId } };
  },
};
let subgraph: Awaited<ReturnType<typeof testSubgraph>>;
beforeAll(async () => void (subgraph = await testSubgraph("template", { start, env, calls })));
afterAll(() => subgraph.stop());

const author = userCaller(newId("usr"), "customer");
const stranger = userCaller(newId("usr"), "customer");
const write = `mutation ($input: WriteNoteInput!) { writeNote(input: $input) { __typename
  ... on WriteNoteSuccess { note { id text } } ... on InvalidInputError { field } } }`;
const read = `query ($keys: [_Any!]!, $id: ID!) { note(id: $id) { text restaurant { id } }
  _entities(representations: $keys) { ... on Restaurant { notes { text } } } }`;

test("a note is kept with its audit entry, and seen by its author alone", async () => {
  const input = { restaurantId, text: "Ask for the good sambal" };
  const { note } = (await subgraph.graphql(write, { input }, author)).data.writeNote;
  const about = { keys: [{ __typename: "Restaurant", id: restaurantId }], id: note.id };
  expect((await subgraph.graphql(read, about, author)).data).toEqual({
    note: { text: input.text, restaurant: { id: restaurantId } },
    _entities: [{ notes: [{ text: input.text }] }],
  });
  expect((await subgraph.graphql(read, about, stranger)).data).toEqual({ note: null, _entities: [{ notes: [] }] });
  expect(await subgraph.outbox()).toMatchObject([
    { type: "audit.recorded.v1", data: { action: "note.written", subjectId: note.id } },
  ]);
});

test("anonymous callers neither read nor write; what is no note is refused", async () => {
  const input = { restaurantId, text: "x" };
  expect((await subgraph.graphql(write, { input })).errors?.[0]?.extensions.code).toBe("UNAUTHENTICATED");
  const empty = await subgraph.graphql(write, { input: { restaurantId, text: " " } }, author);
  expect(empty.data.writeNote).toEqual({ __typename: "InvalidInputError", field: "input.text" });
  const nowhere = await subgraph.graphql(write, { input: { restaurantId: "rst_1", text: "x" } }, author);
  expect(nowhere.data.writeNote).toEqual({ __typename: "InvalidInputError", field: "input.restaurantId" });
});

test("a note is about a restaurant that there is; while the menu cannot say, none is kept", async () => {
  const writeAbout = (id: string) => subgraph.graphql(write, { input: { restaurantId: id, text: "x" } }, author);
  const unknown = await writeAbout(newId("rst"));
  expect(unknown.data.writeNote).toEqual({ __typename: "InvalidInputError", field: "input.restaurantId" });
  isMenuAway = true;
  expect((await writeAbout(restaurantId)).errors?.[0]?.extensions.code).toBe("SUBGRAPH_UNAVAILABLE");
  isMenuAway = false;
  const about = { keys: [{ __typename: "Restaurant", id: restaurantId }], id: newId("nte") };
  expect((await subgraph.graphql(read, about, author)).data._entities[0].notes).not.toContainEqual({ text: "x" });
});
