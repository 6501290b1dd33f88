import { Kind } from "graphql";
import { beforeAll, expect, test, vi } from "vitest";
import { fromUuid, isId } from "../kit/id.ts";
import type { Caller } from "../kit/access/identity.ts";
import { missingReferences, readServed, strayResolvers, type Served } from "./resolvers.ts";

// All load every subgraph.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let all: Served[];
let menu: Served;

beforeAll(async () => {
  all = await readServed();
  menu = all.find(({ contract }) => contract.name === "menu")!;
});

/** The menu's map, without or with one resolver. */
function changed(type: string, field: string, resolver?: () => null): Served {
  const { [field]: _removed, ...rest } = menu.resolvers[type] ?? {};
  return {
    contract: menu.contract,
    resolvers: { ...menu.resolvers, [type]: resolver ? { ...rest, [field]: resolver } : rest },
  };
}

test("a resolver of a field that is not declared is refused", () => {
  expect(strayResolvers(changed("MenuItem", "colour", () => null))).toEqual([
    "subgraphs/menu/schema.graphql: MenuItem.colour has a resolver, and is not declared",
  ]);
  expect(strayResolvers(changed("Colour", "name", () => null))).toEqual([
    "subgraphs/menu/schema.graphql: Colour has resolvers, and is not declared",
  ]);
});

test("a key without __resolveReference is refused, at its place", () => {
  expect(missingReferences(changed("MenuItem", "__resolveReference"))).toEqual([
    expect.stringMatching(/^subgraphs\/menu\/schema\.graphql:\d+:6 MenuItem has a key, and no __resolveReference$/),
  ]);
});

/** How many statements were sent, and whether each reference was answered. */
type Outcome = { statements: number; settled: string[] };

/**
 * A database that answers every statement with one row per id, whatever was asked: any property of a row is a text of its
 * own, so that what follows from the row is asked for too.
 */
function countingDatabase(ids: readonly string[], count: () => void): unknown {
  const rows = ids.map(
    (id) =>
      new Proxy(
        { id },
        { get: (row, key) => (key === "id" ? row.id : typeof key === "string" ? `${key} ${id}` : undefined) },
      ),
  );
  const chain: unknown = new Proxy(() => chain, {
    get(_target, key) {
      if (key !== "then") return chain;
      return (resolve: (value: unknown) => void) => {
        count();
        resolve(rows);
      };
    },
    apply: () => chain,
  });
  return chain;
}

async function resolveAll(
  resolve: (reference: object, context: object, info: object) => unknown,
  ids: readonly string[],
): Promise<Outcome> {
  let statements = 0;
  const database = countingDatabase(ids, () => (statements += 1));
  const caller: Caller = { kind: "user", userId: fromUuid("usr", uuid(99)), sessionId: "s", roles: [], scopes: [] };
  const clock = { now: () => new Date("2027-01-01T00:00:00Z") };
  const context = { caller, db: database, sql: database, clock, traceId: "t", headers: {} };
  const settled = await Promise.allSettled(
    ids.map(async (id) => resolve({ __typename: "", id }, context, { cacheControl: {} })),
  );
  return { statements, settled: settled.map(({ status }) => status) };
}

const uuid = (n: number) => `01890000-0000-7000-8000-${String(n).padStart(12, "0")}`;
const prefixes = "usr adr ses mem rst itm mgr mod rsv rev crt qot ord lin dlv cou off zon pay rfd lac ltx aud".split(
  " ",
);

const entities = () =>
  all.flatMap(({ contract, resolvers }) =>
    contract.typeDefs.definitions.flatMap((node) => {
      if (node.kind !== Kind.OBJECT_TYPE_DEFINITION) return [];
      const resolve = resolvers[node.name.value]?.["__resolveReference"];
      return typeof resolve === "function" ? [{ name: `${contract.name} ${node.name.value}`, resolve }] : [];
    }),
  );

test("references are resolved in batches: twenty cost as many statements as one", async () => {
  const asked: string[] = [];
  for (const { name, resolve } of entities())
    for (const prefix of prefixes) {
      const ids = Array.from({ length: 20 }, (_, n) => fromUuid(prefix as never, uuid(n)));
      const one = await resolveAll(resolve as never, ids.slice(0, 1));
      const twenty = await resolveAll(resolve as never, ids);
      if (one.statements > 0) asked.push(name);
      expect(`${name} by ${prefix}: ${twenty.statements}`).toBe(`${name} by ${prefix}: ${one.statements}`);
    }
  expect(new Set(asked).size).toBeGreaterThan(5);
});

test("one reference that is no id of ours fails nobody else in its batch", async () => {
  for (const { name, resolve } of entities())
    for (const prefix of prefixes) {
      const ids = Array.from({ length: 3 }, (_, n) => fromUuid(prefix as never, uuid(n)));
      expect(ids.every((id) => isId(prefix as never, id))).toBe(true);
      const alone = await resolveAll(resolve as never, ids);
      const mixed = await resolveAll(resolve as never, [...ids, "not an id"]);
      expect([name, ...mixed.settled.slice(0, 3)]).toEqual([name, ...alone.settled]);
    }
});

test("a reference resolver that asks once per key is noticed", async () => {
  const naive = async ({ id }: { id: string }, context: { db: { select(): PromiseLike<unknown> } }) => {
    await context.db.select();
    return { id };
  };
  const ids = Array.from({ length: 20 }, (_, n) => fromUuid("ord", uuid(n)));
  expect((await resolveAll(naive as never, ids)).statements).toBe(20);
});
