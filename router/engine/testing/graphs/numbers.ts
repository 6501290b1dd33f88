/** Custom scalars whose numbers a double does not hold: as keys, as requirements, in JSON, in arguments. */
import { exactNumber } from "../exact-scalars.ts";
import type { Row, TestGraph } from "../test-graph.ts";

type Fields = Record<string, unknown> & Row;
const item = (id: string, amount: string, name: string): Fields => ({
  __typename: "Item",
  id: exactNumber(id),
  amount: exactNumber(amount),
  name,
  any: { big: exactNumber("123456789012345678901"), list: [exactNumber(amount), "9007199254740993"] },
});
// The first two are one double.
const items = [
  item("9007199254740993", "0.1234567890123456789", "odd"),
  item("9007199254740992", "-0", "even"),
  item("7", "1e400", "small"),
];
const find = (id: unknown) => items.find((one) => JSON.stringify(one["id"]) === JSON.stringify(id));

export const numbers: TestGraph = {
  name: "numbers",
  judge: "monolith",
  subgraphs: {
    amounts: `
      scalar Long scalar Any
      input Range { from: Long, to: [Long!], note: String, any: Any }
      type Query { items: [Item] item(id: Long): Item echo(value: Long): Long within(range: Range, any: Any, more: [Long]): Any big: [[Long]] }
      type Item @key(fields: "id") { id: Long amount: Long any: Any same: Item }`,
    names: `
      scalar Long
      type Item @key(fields: "id") { id: Long name: String amount: Long @external told: String @requires(fields: "amount") }`,
  },
  rows: items,
  fields: {
    "Query.items": () => [items[0], items[1], null, items[0], items[2]],
    "Query.item": (_row, { id }: { id?: unknown }) => find(id),
    "Query.echo": (_row, { value }: { value?: unknown }) => value,
    "Query.within": (_row, args: object) => JSON.parse(JSON.stringify({ text: JSON.stringify(args) })) as object,
    "Query.big": () => [[exactNumber("9007199254740993"), 1], null, [exactNumber("-9007199254740995")]],
    "Item.same": (row) => row,
  },
  computed: {
    "Item.told": ({ amount }: { amount: unknown }) => (amount === null ? null : `t${JSON.stringify(amount)}`),
  },
};
