/** Objects that stand in for interfaces, known by composite keys alone: resolvable, not resolvable, with `@requires` and in one another. */
import type { Row, TestGraph } from "../test-graph.ts";

type Fields = Record<string, unknown> & Row;
const north: Fields = { __typename: "Site", code: "n", name: "North" };
const south: Fields = { __typename: "Site", code: "s", name: null };
const asset = (typename: string, no: number, site: Row, extra: Record<string, unknown>): Fields => ({
  __typename: typename,
  id: `${typename}${no}${site["code"] as string}`,
  no,
  site,
  label: `${typename} ${no}`,
  next: null,
  ...extra,
});
const crane = asset("Crane", 1, north, { lift: 12, hook: { no: 7, size: "L" } });
// The same number at another site is another asset.
const truck = asset("Truck", 1, south, { load: 900, label: null });
const spare = asset("Truck", 2, south, { load: null });
crane["next"] = truck;
truck["next"] = spare;
crane["carries"] = [truck, null, spare];
truck["carries"] = [];
spare["carries"] = null;
north["home"] = crane;
south["home"] = spare;
const assets = [crane, truck, spare];
const heat: Record<string, number | null> = { Crane1n: 21, Truck1s: null, Truck2s: 30 };
const heatOf = (row: Row): number | null => heat[row["id"] as string] ?? null;

export const yard: TestGraph = {
  name: "yard",
  subgraphs: {
    register: `
      type Query { assets(atLeast: Int = 0): [Asset!]! first: Asset things: [Thing] }
      interface Asset @key(fields: "no site { code }") { no: Int! site: Site! label: String }
      type Crane implements Asset @key(fields: "no site { code }") { no: Int! site: Site! label: String lift: Int! hook: Hook }
      type Truck implements Asset @key(fields: "no site { code }") { no: Int! site: Site! label: String load: Int carries: [Asset] }
      type Hook { no: Int! size: String }
      type Site @key(fields: "code") { code: ID! name: String }
      union Thing = Crane | Site`,
    sensors: `
      type Query { hottest: Asset warm(over: Int = 20): [Asset!]! }
      type Asset @key(fields: "no site { code }") @interfaceObject {
        no: Int! site: Site! label: String @external
        heat: Int next: Asset warning: String @requires(fields: "label site { name }")
      }
      type Site @key(fields: "code") { code: ID! name: String @external home: Asset }`,
    rounds: `
      type Query { watched: [Asset] round: Round }
      type Asset @key(fields: "site { code } no", resolvable: false) @interfaceObject { no: Int! site: Site! }
      type Site @key(fields: "code", resolvable: false) { code: ID! }
      type Round { lead: Asset others: [Found!] }
      type Guard { name: String on: Asset }
      union Found = Guard | Round`,
    repairs: `
      type Crane @key(fields: "no site { code }") { no: Int! site: Site! lift: Int! @external cost: Int @requires(fields: "lift") }
      type Truck @key(fields: "site { code } no") { no: Int! site: Site! repairs: [Repair!]! }
      type Site @key(fields: "code") { code: ID! }
      type Repair { of: Truck! cost: Int }`,
  },
  sharedKeys: ["Asset.site", "Crane.site", "Truck.site"],
  rows: [...assets, north, south],
  fields: {
    "Query.assets": (_row, { atLeast }: { atLeast: number | null }) =>
      assets.filter((one) => Number(one["no"]) >= (atLeast ?? 0)),
    "Query.first": () => crane,
    "Query.things": () => [north, crane, null],
    "Query.hottest": () => spare,
    "Query.warm": (_row, { over }: { over: number | null }) => assets.filter((one) => (heatOf(one) ?? 0) > (over ?? 0)),
    "Query.watched": () => [truck, null, crane],
    "Query.round": () => ({
      __typename: "Round",
      lead: truck,
      others: [
        { __typename: "Guard", name: "Rin", on: crane },
        { __typename: "Round", lead: null, others: null },
      ],
    }),
    "Asset.heat": (row) => heatOf(row),
    "Truck.repairs": (row) => (row["no"] === 1 ? [{ of: row, cost: 5 }] : []),
  },
  computed: {
    "Asset.warning": ({ label, site }: { label: string | null; site: { name: string | null } | null }) =>
      label === null || !site || site.name === null ? null : `${label} at ${site.name}`,
    "Crane.cost": ({ lift }: { lift: number }) => lift * 10,
  },
};
