import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type KitDatabase, kitDatabase } from "../testing/kit-database.ts";

let database: KitDatabase;

beforeAll(async () => {
  database = await kitDatabase({ tables: false });
  await database.sql`create table marks (name text)`;
});
afterAll(() => database.close());

const mark = (name: string) => sql`insert into marks (name) values (${name})`;
const marks = async () =>
  (await database.db.execute<{ name: string }>(sql`select name from marks`)).map((row) => row.name);

test("a transaction whose connection is lost rejects, changes nothing, and the pool recovers", async () => {
  const { db } = database;
  const cutThenQuery = db.transaction(async (tx) => {
    await tx.execute(mark("queried"));
    await database.interrupt();
    await tx.execute(sql`select 1`);
  });
  await expect(cutThenQuery).rejects.toThrow();
  const cutThenReturn = vi
    .waitFor(() => db.execute(sql`select 1`), 10_000)
    .then(() =>
      db.transaction(async (tx) => {
        await tx.execute(mark("returned"));
        await database.interrupt();
        await new Promise((resolve) => setImmediate(resolve));
      }),
    );
  await expect(cutThenReturn).rejects.toThrow();
  const cutNested = vi
    .waitFor(() => db.execute(sql`select 1`), 10_000)
    .then(() =>
      db.transaction(async (tx) => {
        await tx.transaction(async (inner) => {
          await inner.execute(mark("nested"));
          await database.interrupt();
          await Promise.allSettled([inner.execute(sql`select 1`), inner.execute(sql`select 2`)]);
          await inner.execute(sql`select 3`);
        });
      }),
    );
  await expect(cutNested).rejects.toThrow();
  expect(await vi.waitFor(marks, 10_000)).toEqual([]);
});

test("a handler's own error still rolls back, whatever its code", async () => {
  const foreign = Object.assign(new Error("another database is away"), { code: "ECONNREFUSED" });
  const failing = database.db.transaction(async (tx) => {
    await tx.execute(mark("foreign"));
    throw foreign;
  });
  await expect(failing).rejects.toBe(foreign);
  expect(await marks()).toEqual([]);
});
