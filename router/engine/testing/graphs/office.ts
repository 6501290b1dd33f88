/** Nested keys, `@override`, `@inaccessible`, custom scalars, enums, lists of lists of entities, null in non-null places. */
import type { Row, TestGraph } from "../test-graph.ts";

type Fields = Record<string, unknown> & Row;
const north: Fields = { __typename: "Company", id: "c1", name: "North", country: "ID", founded: "2001-02-03" };
const south: Fields = { __typename: "Company", id: "c2", name: "South", country: null, founded: null };
const employee = (id: string, company: Row, name: string, extra: Record<string, unknown>): Fields => ({
  __typename: "Employee",
  id,
  company,
  name,
  email: `${name}@x.test`,
  badge: `${id}-badge`,
  level: "JUNIOR",
  manager: null,
  notes: { any: [1, { deep: null }], name },
  salary: 100,
  ...extra,
});
const dewi = employee("e1", north, "Dewi", { level: "SENIOR", salary: 300 });
const eko = employee("e2", north, "Eko", { manager: dewi, badge: null });
// The same id in another company is another person.
const fitri = employee("e1", south, "Fitri", { manager: eko, level: null, notes: null });
north["staff"] = [dewi, eko];
south["staff"] = [fitri];
north["rooms"] = [
  [
    { no: 1, sits: dewi },
    { no: 2, sits: null },
  ],
  [],
  null,
];
south["rooms"] = [[null, { no: 3, sits: fitri }]];
const everyone = [dewi, eko, fitri];

export const office: TestGraph = {
  name: "office",
  subgraphs: {
    people: `
      type Query { everyone(level: Level, since: Stamp): [Employee!]! boss: Employee! companies: [Company] hidden: String @inaccessible }
      type Employee @key(fields: "id company { id }") {
        id: ID! company: Company! name: String! email: String! @override(from: "legacy") manager: Employee level: Level
        secret: String @inaccessible notes: Json
      }
      type Company @key(fields: "id") { id: ID! name: String! staff(limit: Int): [Employee!]! rooms: [[Room]] founded: Stamp }
      type Room { no: Int! sits: Employee }
      enum Level { JUNIOR SENIOR GHOST @inaccessible }
      scalar Stamp
      scalar Json`,
    legacy: `
      type Employee @key(fields: "id company { id }") { id: ID! company: Company! email: String! badge: String! }
      type Company @key(fields: "id") { id: ID! country: String }`,
    payroll: `
      type Query { richest: Employee average(of: [Level!]! = [JUNIOR, SENIOR], by: [[Int]]): Float }
      type Employee @key(fields: "id company { id }") {
        id: ID! company: Company! level: Level @external
        salary(in: [Unit!] = [K]): Int!
        tax: Float @requires(fields: "level company { country name }")
        peers: [[Employee!]!]
      }
      type Company @key(fields: "id") { id: ID! country: String @external name: String! @external }
      enum Level { JUNIOR SENIOR GHOST @inaccessible }
      enum Unit { ONE K }`,
  },
  rows: [...everyone, north, south],
  fields: {
    "Query.everyone": (_row, { level }: { level?: string | null }) =>
      everyone.filter((one) => !level || one["level"] === level),
    "Query.boss": () => dewi,
    "Query.companies": () => [north, south, null],
    "Query.richest": () => ({ ...dewi }),
    "Query.average": (_row, { of, by }: { of: string[]; by?: (number | null)[][] | null }) =>
      of.length + (by?.flat().length ?? 0) / 2,
    "Company.staff": (row, { limit }: { limit?: number | null }) =>
      (row["staff"] as Row[]).slice(0, Math.max(0, limit ?? 9)),
    "Employee.salary": (row, args: { in: string[] | null }) =>
      (row["salary"] as number) * (args.in?.includes("ONE") ? 1000 : 1),
    "Employee.peers": (row) => [[dewi, eko], [], row["id"] === "e2" ? [fitri] : []],
  },
  computed: {
    "Employee.tax": ({
      level,
      company,
    }: {
      level: string | null;
      company: { country: string | null; name: string } | null;
    }) =>
      level === null || !company || company.country === null
        ? null
        : company.name.length + (level === "SENIOR" ? 0.5 : 0),
  },
};
