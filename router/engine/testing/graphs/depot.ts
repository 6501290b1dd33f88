/**
 * Value types of which a subgraph declares a field external, `@provides` of such, requirements below nested keys, and chains of
 * requirements through one subgraph and back. Stock gateway answers these wrongly, so the monolith judges (`judge`).
 */
import type { Row, TestGraph } from "../test-graph.ts";

type Fields = Record<string, unknown> & Row;
const meta = (cost: number | null, rating: number | null): Fields => ({ __typename: "Meta", cost, rating });
const crate = (id: string, extra: Record<string, unknown>): Fields => ({ __typename: "Crate", id, ...extra });
const stats = (id: string, of: Fields): Fields => ({ __typename: "Stats", id, meta: of });
const lot = (id: string): Fields => ({ __typename: "Lot", id1: `a${id}`, id2: `z${id}` });

const oak = crate("1", {
  meta: meta(70, 2),
  metas: [meta(1, 5), meta(null, 6)],
  stats: stats("s1", meta(7, 1)),
  lot: lot("1"),
  grams: 3,
});
const elm = crate("2", { meta: null, metas: [], stats: null, lot: lot("2"), grams: null });
const fir = crate("3", {
  meta: meta(5, null),
  metas: null,
  stats: stats("s3", meta(null, 4)),
  lot: lot("3"),
  grams: 8,
});
const crates = [oak, elm, fir];
oak["under"] = fir;
elm["under"] = oak;
fir["under"] = null;
const others = crates.flatMap((one) => [one["lot"], one["stats"]]).filter((one) => one !== null) as Row[];

/** A value that has to have come; null stays null. */
function came<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("what is required did not come");
  return value;
}

export const depot: TestGraph = {
  name: "depot",
  judge: "monolith",
  subgraphs: {
    stores: `
      type Query { crate(id: ID!): Crate crates: [Crate] given: Crate @provides(fields: "meta { cost }") found: [Found!] }
      union Found = Crate | Label
      type Label { text: String of: Crate }
      type Crate @key(fields: "id") { id: ID! meta: Meta @shareable metas: [Meta] @shareable stats: Stats under: Crate lot: Lot @shareable
        grams: Int fit: Int @requires(fields: "stats { meta { cost } }") }
      type Stats @key(fields: "id", resolvable: false) { id: ID! meta: Meta @shareable }
      type Lot @key(fields: "id1") { id1: ID! }
      type Meta { cost: Int @external rating: Int }`,
    costs: `
      type Crate @key(fields: "id") { id: ID! meta: Meta @shareable metas: [Meta] @shareable price: Int }
      type Stats @key(fields: "id") { id: ID! meta: Meta @shareable }
      type Meta { cost: Int @shareable }`,
    lots: `type Lot @key(fields: "id1") @key(fields: "id2") { id1: ID! id2: ID! }`,
    freight: `
      type Query { loaded: [Crate!] }
      type Crate @key(fields: "lot { id2 }") @key(fields: "id", resolvable: false) { id: ID! lot: Lot @shareable grams: Int @external
        load: Int @external freight: String @requires(fields: "grams") beside: Crate @requires(fields: "grams") fee: Int @requires(fields: "load") deck: Int }
      type Lot @key(fields: "id2") { id2: ID! }`,
    ships: `type Crate @key(fields: "id") { id: ID! freight: String @external load: Int @requires(fields: "freight") }`,
  },
  rows: [...crates, ...others],
  fields: {
    "Query.crate": (_row, { id }: { id: string }) => crates.find((one) => one["id"] === id),
    "Query.crates": () => [oak, null, elm, fir],
    "Query.given": () => oak,
    "Query.loaded": () => [fir, elm],
    "Query.found": () => [{ __typename: "Label", text: "x", of: fir }, oak, elm],
    "Crate.price": (row) => (row["id"] === "2" ? null : Number(row["id"]) * 10),
    "Crate.deck": (row) => Number(row["id"]) + 1,
  },
  computed: {
    "Crate.fit": ({ stats: of }: { stats: { meta: { cost?: number | null } | null } | null }) => {
      const cost = came(of === null || of.meta === null ? null : of.meta?.cost);
      return cost === null ? null : cost * 2;
    },
    "Crate.freight": ({ grams }: { grams?: number | null }) => (came(grams) === null ? null : `f${grams}`),
    "Crate.beside": ({ grams }: { grams?: number | null }) => (came(grams) === null ? null : oak),
    "Crate.load": ({ freight }: { freight?: string | null }) =>
      came(freight) === null ? null : String(freight).length,
    "Crate.fee": ({ load }: { load?: number | null }) => (came(load) === null ? null : Number(load) * 3),
  },
};
