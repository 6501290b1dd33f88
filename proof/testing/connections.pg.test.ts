/** Every connection of every subgraph: pages forwards and backwards, and what they say of what lies beyond. */
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { writeCursor } from "../../kit/graphql/connection.ts";
import { demoId } from "../../demo/world/world.ts";
import { callerOf, cases, connections, fillLists, nameOf, partsOf, queryOf, removeRow } from "./connections.ts";
import type { Connection } from "./connections.ts";
import { startEverySubgraph } from "./each-subgraph.ts";

vi.setConfig({ hookTimeout: 120_000, testTimeout: 60_000 });

let system: Awaited<ReturnType<typeof startEverySubgraph>>;
/** The first cursor of each connection. */
const firstCursors: string[] = [];
beforeAll(async () => {
  system = await startEverySubgraph();
  await fillLists(system);
  for (const connection of connections) {
    const [first] = (await pageOf(connection, "first: 1")).cursors;
    if (first) firstCursors.push(first);
  }
});
afterAll(() => system.stop());

type PageInfo = {
  hasNextPage: boolean;
  hasPreviousPage: boolean;
  startCursor: string | null;
  endCursor: string | null;
};
type Page = { cursors: string[]; pageInfo: PageInfo };

/** Asks for a page; the code of the error where it is refused. */
async function ask(connection: Connection, page: string): Promise<Page | string> {
  const started = system.of(connection.subgraph);
  const { data, errors } = await started.graphql(queryOf(connection, page), {}, callerOf(nameOf(connection)));
  if (errors) return errors[0]?.extensions.code ?? "no code";
  const holder = data._entities?.[0] ?? data;
  const { edges, pageInfo } = (holder.statement ?? holder).page as { edges: { cursor: string }[]; pageInfo: PageInfo };
  return { cursors: edges.map(({ cursor }) => cursor), pageInfo };
}

async function pageOf(connection: Connection, page: string): Promise<Page> {
  const answer = await ask(connection, page);
  if (typeof answer === "string") throw new Error(`${page}: ${answer}`);
  return answer;
}

/** Rows of a page. */
const size = 3;

/** The sort keys in cursors, without the ids that tell rows of one key apart. */
const keyOf = (cursor: string) => JSON.stringify(partsOf(cursor).slice(0, -1));

test("each connection has a case here", () => {
  expect(connections.map(nameOf).toSorted()).toEqual(Object.keys(cases).toSorted());
});

describe.each(connections.map((one) => [nameOf(one), one] as const))("%s", (name, connection) => {
  test("has the same rows from both ends, and says truly on which side there are more", async () => {
    const { cursors: whole, pageInfo } = await pageOf(connection, "first: 100");
    expect(whole.length).toBeGreaterThanOrEqual(2);
    expect(new Set(whole).size).toBe(whole.length);
    if (cases[name]?.share) expect(new Set(whole.map(keyOf)).size).toBeLessThan(whole.length);
    expect([pageInfo.hasPreviousPage, pageInfo.startCursor]).toEqual([false, whole[0]]);
    const known = pageInfo.hasNextPage ? whole.slice(0, 40) : whole;
    for (let from = 0; from < known.length; from += size) {
      const after = from === 0 ? "" : `, after: "${whole[from - 1]}"`;
      const page = await pageOf(connection, `first: ${size}${after}`);
      expect(page.cursors).toEqual(whole.slice(from, from + size));
      expect(page.pageInfo.hasPreviousPage).toBe(from > 0);
      expect(page.pageInfo.hasNextPage).toBe(from + size < whole.length || pageInfo.hasNextPage);
    }
    for (let to = known.length; to > 0; to -= size) {
      const isEnd = to === whole.length && !pageInfo.hasNextPage;
      const before = isEnd ? "" : `, before: "${whole[to]}"`;
      const page = await pageOf(connection, `last: ${size}${before}`);
      expect(page.cursors).toEqual(whole.slice(Math.max(0, to - size), to));
      expect(page.pageInfo.hasPreviousPage).toBe(to > size);
      expect(page.pageInfo.hasNextPage).toBe(!isEnd);
    }
  });

  test("takes a cursor on each side", async () => {
    const { cursors: whole } = await pageOf(connection, "first: 100");
    const [start, end] = [0, Math.min(whole.length - 1, 4)];
    const between = whole.slice(1, end);
    for (const way of ["first: 100", "last: 100"]) {
      const page = await pageOf(connection, `${way}, after: "${whole[start]}", before: "${whole[end]}"`);
      expect(page.cursors).toEqual(between);
      expect([page.pageInfo.hasPreviousPage, page.pageInfo.hasNextPage]).toEqual([true, true]);
    }
  });

  test("refuses two directions, sizes outside 1 to 100 and cursors of no list or another", async () => {
    for (const page of ["first: 2, last: 2", "first: 0", "first: -1", "first: 101", "last: 0", "last: -1", "last: 101"])
      expect(await ask(connection, page), page).toBe("BAD_USER_INPUT");
    const { cursors } = await pageOf(connection, "first: 1");
    const [own] = partsOf(cursors[0] ?? "");
    const foreign = firstCursors.filter((cursor) => partsOf(cursor)[0] !== own);
    expect(foreign.length).toBeGreaterThan(connections.length / 2);
    for (const cursor of ["nonsense", "bm9uZQ", "", ...foreign])
      for (const page of [
        `last: 2, before: "${cursor}"`,
        `first: 2, before: "${cursor}"`,
        `first: 2, after: "${cursor}"`,
      ])
        expect(await ask(connection, page), page).toBe("BAD_USER_INPUT");
    expect(typeof (await ask(connection, ""))).toBe("object");
  });

  test("goes on from a cursor whose row is gone", async () => {
    const { cursors: whole } = await pageOf(connection, "first: 100");
    const gone = whole[1] ?? "";
    await removeRow(system, connection, gone);
    const rest = await pageOf(connection, `first: 100, after: "${gone}"`);
    expect(rest.cursors).toEqual(whole.slice(2));
    expect(rest.pageInfo.hasPreviousPage).toBe(true);
    const ahead = await pageOf(connection, `last: 100, before: "${gone}"`);
    expect(ahead.cursors).toEqual(whole.slice(0, 1));
    expect(ahead.pageInfo.hasNextPage).toBe(whole.length > 2);
  });
});

describe("a search's cursor", () => {
  const near = "near: { latitude: -6.2, longitude: 106.8167 }";
  const orders = ["", near, 'search: "nasi"', `${near}, search: "nasi"`];
  const search = async (page: string) => {
    const { data, errors } = await system.of("menu").graphql(`{ restaurants(${page}) { edges { cursor } } }`);
    return errors?.[0]?.extensions.code ?? (data.restaurants.edges as { cursor: string }[]);
  };

  test("is refused where restaurants are in another order", async () => {
    for (const one of orders) {
      const [found] = (await search(`first: 1, ${one}`)) as { cursor: string }[];
      for (const other of orders) {
        const answer = await search(`first: 1, after: "${found?.cursor}", ${other}`);
        if (one === other) expect(answer, one).toBeInstanceOf(Array);
        else expect(answer, `${one} | ${other}`).toBe("BAD_USER_INPUT");
      }
    }
  });

  test("is refused with a key that Postgres cannot read", async () => {
    for (const key of [5e-324, 1e-310]) {
      const cursor = writeCursor("restaurants by rating", [key, demoId("rst", 0)]);
      expect(await search(`after: "${cursor}"`)).toBe("BAD_USER_INPUT");
    }
  });
});
