/** Multiple and composite keys, chains of `@requires` (with arguments, of nested values), `@provides` (nested), shared values, lists of lists. */
import type { Row, TestGraph } from "../test-graph.ts";

const acme = { code: "acme", name: "Acme" };
const brume = { code: "brume", name: null };

const category = (id: string, title: string | null): Record<string, unknown> & Row => ({
  __typename: "Category",
  id,
  title,
});
const tools = category("c1", "Tools");
const toys = category("c2", null);

const product = (id: string, fields: Record<string, unknown>): Record<string, unknown> & Row => ({
  __typename: "Product",
  id,
  weight: 3,
  dims: { w: 2, h: 5, unit: "CM" },
  tags: [["new"], []],
  stock: 7,
  ...fields,
});
const hammer = product("p1", { sku: "HAM", brand: acme, name: "Hammer", cents: 1250, category: tools });
const robot = product("p2", { sku: "ROB", brand: brume, name: "Robot", cents: 9900, category: toys, weight: null });
const kite = product("p3", {
  sku: "HAM",
  brand: brume,
  name: 'Kite "X"',
  cents: 0,
  category: null,
  dims: null,
  stock: 0,
});
hammer["related"] = [robot, kite];
robot["related"] = [];
kite["related"] = [hammer, null, hammer];

const user = (id: string, name: string, nick: string | null): Row => ({ __typename: "User", id, name, nick });
const ana = user("u1", "Ana", "a");
const budi = user("u2", "Budi", null);

const review = (id: string, of: Row, author: Row | null, stars: number): Row => ({
  __typename: "Review",
  id,
  product: of,
  author,
  stars,
  body: `on ${of["id"] as string}`,
});
const reviews = [
  review("r1", hammer, ana, 5),
  review("r2", hammer, budi, 2),
  review("r3", robot, ana, 4),
  review("r4", kite, null, 1),
];
const ofProduct = (row: Row) =>
  reviews.filter((one) => one["product"] === row || (one["product"] as Row)["id"] === row["id"]);

const products = [hammer, robot, kite];

export const shop: TestGraph = {
  name: "shop",
  subgraphs: {
    catalog: `
      type Query {
        products(first: Int = 2, ids: [ID!]): [Product!]!
        product(id: ID!): Product
        categories: [Category]
        match(filter: ProductFilter): [Product]
      }
      input ProductFilter { brand: ID, minCents: Int = 1, names: [String!], nested: ProductFilter }
      type Product @key(fields: "id") @key(fields: "sku brand { code }") {
        id: ID! sku: String! brand: Brand! name: String! @shareable
        price(currency: Currency = EUR, discount: Float): Float
        weight: Int dims: Dims tags: [[String!]!]! related: [Product] category: Category @shareable
      }
      type Brand @shareable { code: ID! name: String }
      type Dims @shareable { w: Int! h: Int! unit: Unit }
      type Category @key(fields: "id") { id: ID! title: String @shareable }
      enum Unit { CM IN }
      enum Currency { EUR IDR }`,
    stock: `
      type Product @key(fields: "id") {
        id: ID! weight: Int @external dims: Dims @external price(currency: Currency = EUR, discount: Float): Float @external
        stock: Int!
        shipping(express: Boolean = false): Int @requires(fields: "weight dims { w h }")
        tax: Float @requires(fields: "price(currency: IDR)")
        size: Dims @requires(fields: "dims { w h unit }")
      }
      type Dims @shareable { w: Int! h: Int! unit: Unit }
      enum Unit { CM IN }
      enum Currency { EUR IDR }`,
    tariffs: `
      type Product @key(fields: "id") {
        id: ID! shipping(express: Boolean = false): Int @external tax: Float @external name: String! @external
        tariff: String @requires(fields: "shipping(express: true) tax")
        label: String! @requires(fields: "name")
      }`,
    reviews: `
      type Query { spotlight: Product @provides(fields: "name category { title }") latest(n: Int! = 2): [Review!] }
      type Product @key(fields: "sku brand { code }") {
        sku: String! brand: Brand! name: String! @external category: Category @external
        reviews(minStars: Int = 0): [Review!]
      }
      type Category @key(fields: "id") { id: ID! title: String @external }
      type Brand @shareable { code: ID! name: String }
      type Review @key(fields: "id") { id: ID! body: String stars: Int! product: Product! author: User @provides(fields: "name") }
      type User @key(fields: "id") { id: ID! name: String! @external written: [Review!] }`,
    accounts: `
      type Query { me: User users: [User!]! }
      type User @key(fields: "id") { id: ID! name: String! @shareable nick: String }`,
  },
  rows: [...products, ...reviews, ana, budi, tools, toys],
  fields: {
    "Query.products": (_row, { first, ids }: { first: number | null; ids?: string[] | null }) =>
      products.filter((one) => !ids || ids.includes(one["id"] as string)).slice(0, Math.max(0, first ?? 3)),
    "Query.product": (_row, { id }: { id: string }) => products.find((one) => one["id"] === id),
    "Query.categories": () => [tools, null, toys],
    "Query.match": (
      _row,
      { filter }: { filter?: { brand?: string; minCents: number | null; names?: string[] } | null },
    ) =>
      products.filter(
        (one) =>
          (!filter?.brand || (one["brand"] as { code: string }).code === filter.brand) &&
          (one["cents"] as number) >= (filter?.minCents ?? 0) &&
          (!filter?.names || filter.names.includes(one["name"] as string)),
      ),
    "Query.spotlight": () => robot,
    "Query.latest": (_row, { n }: { n: number }) => reviews.slice(0, Math.max(0, n)),
    "Query.me": () => ana,
    "Query.users": () => [ana, budi],
    "Product.price": (row, { currency, discount }: { currency: string | null; discount?: number | null }) =>
      row["cents"] === 0 ? null : (row["cents"] as number) * (currency === "IDR" ? 170 : 0.01) - (discount ?? 0),
    "Product.reviews": (row, { minStars }: { minStars: number | null }) =>
      ofProduct(row).filter((one) => (one["stars"] as number) >= (minStars ?? 0)),
    "User.written": (row) => reviews.filter((one) => (one["author"] as Row | null)?.["id"] === row["id"]),
  },
  computed: {
    "Product.shipping": (
      { weight, dims }: { weight: number | null; dims: { w: number; h: number } | null },
      { express }: { express: boolean | null },
    ) => (weight === null || dims === null ? null : weight * dims.w * dims.h * (express ? 2 : 1)),
    "Product.tax": ({ price }: { price: number | null }) => (price === null ? null : price / 10),
    "Product.size": ({ dims }: { dims: Record<string, unknown> | null }) => dims,
    "Product.tariff": ({ shipping, tax }: { shipping: number | null; tax: number | null }) =>
      shipping === null || tax === null ? null : `${shipping}/${tax}`,
    "Product.label": ({ name }: { name: string }) => `<${name}>`,
  },
};
