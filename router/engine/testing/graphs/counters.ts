/** Mutations whose results another subgraph sees as they are when it is asked, so that the order of everything shows. */
import type { Row, TestGraph, World } from "../test-graph.ts";

const box: Row = { __typename: "Box", id: "b" };
const lid: Row = { __typename: "Lid", id: "l" };
const now = (world: World): number => (world.get("count") as number | undefined) ?? 0;
const next = (world: World): number => {
  world.set("count", now(world) + 1);
  return now(world);
};

export const counters: TestGraph = {
  name: "counters",
  judge: "monolith",
  subgraphs: {
    writes: `
      type Query { box: Box }
      type Mutation { bump: Box bumps: [Box] plain: Int pick(lid: Boolean): Thing }
      union Thing = Box | Lid
      type Box @key(fields: "id") { id: ID! lid: Lid }
      type Lid @key(fields: "id") { id: ID! }`,
    reads: `
      type Query { boxes: [Box] }
      type Mutation { other: Int turn: Lid }
      type Box @key(fields: "id") { id: ID! seen: Int }
      type Lid @key(fields: "id") { id: ID! seen: Int box: Box }`,
    thirds: `
      type Box @key(fields: "id") { id: ID! seen: Int @external twice: Int @requires(fields: "seen") alsoSeen: Int }`,
  },
  rows: [box, lid],
  fields: {
    "Query.box": () => box,
    "Query.boxes": () => [box, null],
    "Mutation.bump": (_row, _args, world) => (next(world), box),
    "Mutation.bumps": (_row, _args, world) => (next(world), [box, box]),
    "Mutation.plain": (_row, _args, world) => next(world),
    "Mutation.pick": (_row, { lid: isLid }: { lid?: boolean | null }, world) => (next(world), isLid ? lid : box),
    "Mutation.other": (_row, _args, world) => next(world),
    "Mutation.turn": (_row, _args, world) => (next(world), lid),
    "Box.lid": () => lid,
    "Box.seen": (_row, _args, world) => now(world),
    "Box.alsoSeen": (_row, _args, world) => now(world),
    "Lid.seen": (_row, _args, world) => now(world),
    "Lid.box": () => box,
  },
  computed: { "Box.twice": ({ seen }: { seen: number | null }) => (seen === null ? null : seen * 2) },
};
