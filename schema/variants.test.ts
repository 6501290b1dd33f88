import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROUTER_SUPPORTED_SUPERGRAPH_FEATURES, Supergraph } from "@apollo/federation-internals";
import { buildSchema, isObjectType, Kind, parse, print, validate } from "graphql";
import { beforeAll, expect, test, vi } from "vitest";
import { hiddenBy, type ContractFilter } from "./contract-filter.ts";
import { registeredOperations } from "./operations/registry.ts";
import { contractSupergraph, variantNames, variants } from "./variants.ts";

// Building a supergraph takes its time.
vi.setConfig({ testTimeout: 60_000 });

const folder = import.meta.dirname;
const read = (file: string) => readFileSync(join(folder, file), "utf8");
const hidden = (sdl: string, filter: Partial<ContractFilter>) =>
  [...hiddenBy(parse(sdl), { include: [], exclude: [], ...filter })].sort();

test("without an include list everything stays but what is excluded, and what only that led to", () => {
  const sdl = `
    type Query { a: A b: B @tag(name: "internal") }
    type A { id: ID! secret: Secret @tag(name: "internal") }
    type B { id: ID! }
    type Secret { text: String }`;
  expect(hidden(sdl, { exclude: ["internal"] })).toEqual(["A.secret", "B", "Query.b", "Secret"]);
});

test("with an include list objects' fields and unions need a tag, on themselves or their type; inputs and enums do not", () => {
  const sdl = `
    type Query { a(by: By): U @tag(name: "partner") b: B }
    input By { kind: Kind }
    enum Kind { ONE TWO }
    union U @tag(name: "partner") = A | B
    type A @tag(name: "partner") { id: ID! kind: Kind note: String @tag(name: "internal") }
    type B { id: ID! @tag(name: "partner") name: String }
    type C { id: ID! }`;
  expect(hidden(sdl, { include: ["partner"], exclude: ["internal"] })).toEqual([
    "A.note",
    "B.name",
    "C",
    "C.id",
    "Query.b",
  ]);
});

test("what stands on something hidden goes too", () => {
  const sdl = `
    type Query { keep: Int must(input: In!): Int may(input: In): Int list: [[Gone!]!] other: U }
    input In { a: Deep! }
    input Deep @tag(name: "x") { b: Int }
    type Gone @tag(name: "x") { a: Int }
    union U = Gone`;
  expect(hidden(sdl, { exclude: ["x"] })).toEqual([
    "Deep",
    "Gone",
    "In",
    "In.a",
    "Query.list",
    "Query.may(input:)",
    "Query.must",
    "Query.must(input:)",
    "Query.other",
    "U",
  ]);
});

test("an interface that a field answers brings its objects; one that is only implemented does not", () => {
  const interfaces = `interface Error { message: String } type A implements Error { message: String }
    type B implements Error { message: String }`;
  expect(hidden(`type Query { a: A } ${interfaces}`, {})).toEqual(["B"]);
  expect(hidden(`type Query { a: Error } ${interfaces}`, {})).toEqual([]);
});

test("a contract that leaves no query is refused", () => {
  expect(() => contractSupergraph("type Query { a: Int }", { include: ["none"], exclude: [] })).toThrow(
    /nothing of Query/,
  );
});

test("a graph that hides nothing yet gets the directive with its link", () => {
  const sdl = contractSupergraph(
    `schema @link(url: "https://specs.apollo.dev/link/v1.0") { query: Query } type Query { a: Int b: Int @tag(name: "x") }`,
    { include: [], exclude: ["x"] },
  );
  expect(sdl).toMatch(/inaccessible\/v0\.2", for: SECURITY/);
  expect(sdl).toMatch(/b: Int @tag\(name: "x"\) @inaccessible/);
});

test("the committed contracts are what the committed supergraph gives, and each holds together", () => {
  for (const name of variantNames) {
    const built = Supergraph.build(contractSupergraph(read("supergraph.graphql"), variants[name]), {
      supportedFeatures: ROUTER_SUPPORTED_SUPERGRAPH_FEATURES,
    });
    const names = [...built.apiSchema().allTypes()].map((type) => type.name);
    const committed = buildSchema(read(`api.${name}.graphql`));
    expect(
      Object.keys(committed.getTypeMap()).filter((type) => !names.includes(type) && !type.startsWith("__")),
    ).toEqual([]);
    expect(names.length).toBeGreaterThan(20);
  }
});

test("fields for support and administration alone are not in public or partner", () => {
  const supergraph = parse(read("supergraph.graphql"));
  const staff = supergraph.definitions.flatMap((type) =>
    type.kind !== Kind.OBJECT_TYPE_DEFINITION
      ? []
      : (type.fields ?? []).flatMap((field) => {
          const policies = (field.directives ?? [])
            .filter(({ name }) => name.value === "policy")
            .map(print)
            .join();
          const roles = [...policies.matchAll(/role:(\w+)/g)].map(([, role]) => role);
          const only = roles.length > 0 && roles.every((role) => role === "support" || role === "admin");
          return only ? ([[type.name.value, field.name.value]] as const) : [];
        }),
  );
  expect(staff.length).toBeGreaterThan(10);
  for (const variant of ["public", "partner"]) {
    const schema = buildSchema(read(`api.${variant}.graphql`));
    const open = staff.filter(([type, field]) => {
      const found = schema.getType(type);
      return isObjectType(found) && found.getFields()[field] !== undefined;
    });
    expect(open, `tag these "internal"`).toEqual([]);
  }
});

test("each client's operations fit the variant that it is meant for", () => {
  const operations = registeredOperations(join(folder, "operations.json"));
  // Who works where, what is promised to whom, when money goes out, and what banks take back, is the owner's business,
  // not an integration's.
  const promotions = ["AllPromotions", "CreateRestaurantPromotion", "UpdatePromotion", "EndPromotion"];
  const money = ["RequestInstantPayout", "RestaurantDisputes", "GiveDisputeEvidence"];
  const notForPartners = ["AddStaff", "RemoveMember", "RestaurantTeam", ...money, ...promotions];
  const misfits = (variant: string, clients: readonly string[], except: readonly string[] = []) => {
    const schema = buildSchema(read(`api.${variant}.graphql`));
    return operations
      .filter((one) => clients.some((client) => one.clients[client] !== undefined) && !except.includes(one.name))
      .filter(({ document }) => validate(schema, document).length > 0)
      .map(({ name }) => name);
  };
  expect(misfits("public", ["customer", "restaurant", "courier"])).toEqual([]);
  expect(misfits("partner", ["restaurant", "courier"], notForPartners)).toEqual([]);
  expect(misfits("internal", ["admin", "customer"])).toEqual([]);
  expect(misfits("partner", ["restaurant"])).toEqual(expect.arrayContaining(notForPartners));
});

let publicApi: string;
beforeAll(() => void (publicApi = read("api.public.graphql")));

test("the public contract knows neither the books nor the audit log", () => {
  expect(publicApi).not.toMatch(/Ledger|AuditEntry|auditLog|refundPayment|suspendUser/);
  expect(publicApi).toMatch(/placeOrder/);
});
