/** Keys that only another key's subgraph can resolve, keys that nobody resolves here, keys of objects that stand in for interfaces. */
import type { Row, TestGraph } from "../test-graph.ts";

type Fields = Record<string, unknown> & Row;
const part = (id: string, upc: string, extra: Record<string, unknown>): Fields => ({
  __typename: "Part",
  id,
  upc,
  mpn: { maker: `m${id}`, no: Number(id) },
  ...extra,
});
const bolt = part("1", "u1", { name: "bolt", grams: 5, price: 10 });
const nut = part("2", "u2", { name: "nut", grams: null, price: null });
bolt["fits"] = [nut, bolt];
nut["fits"] = null;
const car: Fields = { __typename: "Car", vin: "v1", doors: 4, parts: [bolt, nut], twin: null };
const van: Fields = { __typename: "Van", vin: "v2", load: 900, parts: [], twin: car };
car["twin"] = van;
const vehicles = [car, van];
const garage: Fields = {
  __typename: "Garage",
  id: "g",
  house: { __typename: "House", id: "h", street: "Jalan" },
  main: van,
  code: "G",
};
(garage["house"] as Fields)["garage"] = garage;

export const keys: TestGraph = {
  name: "keys",
  subgraphs: {
    names: `
      type Query { parts: [Part!]! vehicles: [Vehicle!]! garage: Garage }
      type Part @key(fields: "id") { id: ID! name: String }
      interface Vehicle @key(fields: "vin") { vin: ID! }
      type Car implements Vehicle @key(fields: "vin") { vin: ID! doors: Int }
      type Van implements Vehicle @key(fields: "vin") { vin: ID! load: Int }
      type Garage @key(fields: "id") { id: ID! house: House! @shareable }
      type House @key(fields: "id") { id: ID! }`,
    codes: `type Part @key(fields: "id") @key(fields: "upc") { id: ID! upc: ID! }`,
    weights: `
      type Part @key(fields: "upc") @key(fields: "mpn { maker no }") { upc: ID! mpn: Mpn! grams: Int }
      type Mpn @shareable { maker: ID! no: Int! }`,
    prices: `
      type Query { priced(max: Int): [Part] }
      type Part @key(fields: "mpn { maker no }") { mpn: Mpn! grams: Int @external price: Int perGram: Float @requires(fields: "grams") fits: [Part!] }
      type Mpn @shareable { maker: ID! no: Int! }`,
    fleets: `
      type Query { newest: Vehicle pool: [Vehicle!] }
      type Vehicle @key(fields: "vin", resolvable: false) @interfaceObject { vin: ID! }
      type Part @key(fields: "upc", resolvable: false) { upc: ID! }
      type Fleet { spare: Part lead: Vehicle }
      extend type Query { fleet: Fleet }`,
    trips: `
      type Vehicle @key(fields: "vin") @interfaceObject { vin: ID! km: Int twin: Vehicle parts: [Part!]! }
      type Part @key(fields: "id", resolvable: false) { id: ID! }`,
    houses: `
      type House @key(fields: "id") @key(fields: "garage { id }") { id: ID! street: String garage: Garage! }
      type Garage @key(fields: "id") @key(fields: "house { id }") { id: ID! house: House! @shareable code: String main: Vehicle }
      type Vehicle @key(fields: "vin", resolvable: false) @interfaceObject { vin: ID! }`,
  },
  rows: [bolt, nut, ...vehicles, garage, garage["house"] as Row],
  fields: {
    "Query.parts": () => [bolt, nut],
    "Query.vehicles": () => vehicles,
    "Query.garage": () => garage,
    "Query.priced": (_row, { max }: { max?: number | null }) =>
      [bolt, null, nut].filter((one) => !one || max === undefined || max === null || Number(one["price"]) <= max),
    "Query.newest": () => van,
    "Query.pool": () => [car, van, car],
    "Query.fleet": () => ({ spare: nut, lead: car }),
    "Vehicle.km": (row) => (row["vin"] === "v1" ? 1000 : null),
  },
  computed: {
    "Part.perGram": ({ grams }: { grams: number | null }) => (grams === null ? null : 10 / grams),
  },
};
