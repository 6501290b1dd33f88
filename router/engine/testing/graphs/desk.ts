/** Mutations that return entities, errors at every depth, abstract values that are no entities, results as unions. */
import { GraphQLError } from "graphql";
import type { Row, TestGraph } from "../test-graph.ts";

type Fields = Record<string, unknown> & Row;
const agent = (id: string, name: string): Fields => ({ __typename: "Agent", id, name });
const ani = agent("g1", "Ani");
const bob = agent("g2", "Bob");
const ticket = (id: string, extra: Record<string, unknown>): Fields => ({
  __typename: "Ticket",
  id,
  title: `t${id}`,
  assignee: null,
  comments: [],
  ...extra,
});
const comment = (text: string, by: Row | null): Fields => ({ __typename: "Comment", text, by });
const note = (text: string): Fields => ({ __typename: "Note", text, pinned: true });
const one = ticket("1", { assignee: ani, comments: [comment("hi", bob), note("n"), comment("ho", null)] });
const two = ticket("2", { assignee: bob, comments: [comment("boom", ani)], parent: one });
const three = ticket("3", { comments: [null, note("z")], parent: two });
ani["tickets"] = [one];
bob["tickets"] = [two, three];
const tickets = [one, two, three];

const stamp = (row: Row) => `v${row["id"] as string}`;

export const desk: TestGraph = {
  name: "desk",
  subgraphs: {
    tickets: `
      type Query { tickets: [Ticket!] ticket(id: ID!): Ticket entries: [Entry!]! }
      type Mutation { rename(id: ID!, title: String!): Ticket close(input: CloseInput!): CloseResult! }
      input CloseInput { id: ID!, why: Why = DONE, tags: [String] = ["x"], force: Boolean! = false }
      enum Why { DONE WONT }
      type Ticket @key(fields: "id") { id: ID! title: String comments: [Entry]! parent: Ticket flaky: String! stern: [Stern!] }
      interface Entry { text: String! }
      interface Written implements Entry { text: String! by: Agent }
      type Comment implements Entry & Written { text: String! by: Agent! }
      type Note implements Entry { text: String! pinned: Boolean }
      type Agent @key(fields: "id") { id: ID! }
      type Stern { must: Int! deep: Stern }
      union CloseResult = Ticket | Refusal
      type Refusal { why: Why reason: String! }`,
    agents: `
      type Query { agents(ids: [ID!]): [Agent]! onDuty: Agent! }
      type Mutation { hire(name: String = "Cy"): Agent! assign(ticket: ID!, agent: ID): Ticket }
      type Agent @key(fields: "id") { id: ID! name: String! mood: Mood tickets: [Ticket!]! shaky: [Int!] }
      type Mood { word: String! since: Int }
      type Ticket @key(fields: "id") { id: ID! assignee: Agent urgent: Boolean! }`,
    audit: `
      type Mutation { stamp(text: String): Stamped }
      interface Stamped { at: String! }
      type Ticket implements Stamped @key(fields: "id") { id: ID! at: String! trail: [Step!] }
      type Agent implements Stamped @key(fields: "id") { id: ID! at: String! }
      type Step implements Stamped { at: String! next: Step! }`,
  },
  rows: [...tickets, ani, bob],
  fields: {
    "Query.tickets": () => tickets,
    "Query.ticket": (_row, { id }: { id: string }) => {
      if (id === "9") throw new GraphQLError("no such ticket", { extensions: { code: "NOT_FOUND" } });
      return tickets.find((row) => row["id"] === id);
    },
    "Query.entries": () => tickets.flatMap((row) => row["comments"] as (Row | null)[]).filter((row) => row !== null),
    "Query.agents": (_row, { ids }: { ids?: string[] | null }) =>
      ids ? ids.map((id) => [ani, bob].find((row) => row["id"] === id)) : [ani, bob],
    "Query.onDuty": () => bob,
    "Mutation.rename": (_row, { id, title }: { id: string; title: string }, world) => {
      world.set(id, `${(world.get(id) as string | undefined) ?? ""}>${title}`);
      return tickets.find((row) => row["id"] === id);
    },
    "Mutation.close": (
      _row,
      { input }: { input: { id: string; why: string | null; tags: unknown; force: boolean } },
    ) =>
      input.id === "1" || input.force
        ? { __typename: "Refusal", why: input.why, reason: JSON.stringify(input.tags) }
        : (tickets.find((row) => row["id"] === input.id) ?? { __typename: "Refusal", why: null, reason: null }),
    "Mutation.hire": (_row, { name }: { name: string | null }) => (name === null ? null : { ...ani, name }),
    "Mutation.assign": (_row, { ticket: id, agent: to }: { ticket: string; agent?: string | null }) => {
      if (to === null) throw new GraphQLError("nobody", { extensions: { code: "BAD_USER_INPUT" } });
      return tickets.find((row) => row["id"] === id);
    },
    "Mutation.stamp": (_row, { text }: { text?: string | null }) =>
      text === "a" ? two : text === null ? null : { __typename: "Step", at: "now" },
    // What a mutation wrote is asked at once, before a later one changes it.
    "Ticket.flaky": (row) => {
      if (row["id"] === "2") throw new GraphQLError("flaky", { extensions: { code: "FLAKY" } });
      return "ok";
    },
    "Ticket.stern": (row) => [
      { must: 1, deep: { must: 2, deep: null } },
      row["id"] === "3" ? { must: null } : { must: 3, deep: { must: null } },
    ],
    "Ticket.urgent": (row) => (row["id"] === "3" ? null : row["id"] === "1"),
    "Ticket.at": (row) => stamp(row),
    "Agent.at": (row) => stamp(row),
    "Ticket.trail": (row) =>
      row["id"] === "1" ? [{ __typename: "Step", at: "x", next: { __typename: "Step", at: "y", next: null } }] : [],
    "Agent.mood": (row) => (row["id"] === "g1" ? { word: "fine", since: 3 } : { word: null, since: 1 }),
    "Agent.shaky": (row) => (row["id"] === "g1" ? [1, null, 2] : [1, 2]),
  },
};
