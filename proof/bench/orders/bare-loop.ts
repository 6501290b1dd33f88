/**
 * The physical limit here: one process writes the rows of the same orders into empty copies of the same tables, indexes included,
 * one transaction per order and database, with as many updates as there were. No rules, no graph, no events, nobody to wait for.
 */
import type postgres from "postgres";
import { databaseNames, inDatabase, type Cost } from "./database-cost.ts";

type Share = { table: string; rows: unknown[]; updates: number; column: string };

/** The newest rows of each table, as many as the orders inserted, and an empty copy of it. */
async function copyTables(sql: postgres.Sql, cost: Cost): Promise<Share[]> {
  await sql`drop schema if exists bare cascade`;
  await sql`create schema bare`;
  const shares: Share[] = [];
  let number = 0;
  for (const [table, inserted] of cost.inserted) {
    const updates = cost.updated.get(table) ?? 0;
    if (inserted + updates <= 0) continue;
    const copy = `bare.t${number++}`;
    await sql.unsafe(`create table ${copy} (like ${table} including indexes including defaults)`);
    const found = await sql.unsafe(
      `select to_jsonb(t) as row from ${table} t order by ctid desc limit ${Math.max(inserted, 1)}`,
    );
    const [first] = await sql.unsafe(
      `select format('%I', attname) as name from pg_attribute where attrelid = '${copy}'::regclass and attnum > 0 and not attisdropped order by attnum limit 1`,
    );
    shares.push({ table: copy, rows: found.map((each) => each["row"]), updates, column: String(first?.["name"]) });
  }
  return shares;
}

const slice = <T>(list: readonly T[], part: number, parts: number): T[] =>
  list.slice(Math.floor((part * list.length) / parts), Math.floor(((part + 1) * list.length) / parts));

const writeOne = (sql: postgres.Sql, shares: readonly Share[], part: number, parts: number) =>
  sql.begin(async (tx) => {
    for (const { table, rows, updates, column } of shares) {
      const mine = slice(rows, part, parts);
      if (mine.length > 0)
        await tx.unsafe(
          `insert into ${table} overriding system value select * from jsonb_populate_recordset(null::${table}, $1::text::jsonb)
           on conflict do nothing`,
          [JSON.stringify(mine)],
        );
      const times = Math.round(((part + 1) * updates) / parts) - Math.round((part * updates) / parts);
      if (times > 0)
        await tx.unsafe(
          // Rows that another transaction is at are left to it: the eight must not wait for one another in a circle.
          `update ${table} set ${column} = ${column}
           where ctid = any(array(select ctid from ${table} limit ${times} for update skip locked))`,
        );
    }
  });

/** Writes `orders` orders' worth of rows, eight at a time; answers orders per second. */
export async function bareLoop(adminUrl: string, costs: ReadonlyMap<string, Cost>, orders: number): Promise<number> {
  let seconds = 0;
  for (const name of databaseNames) {
    const cost = costs.get(name);
    if (!cost) continue;
    await inDatabase(adminUrl, name, async (sql) => {
      const shares = await copyTables(sql, cost);
      let next = 0;
      const began = performance.now();
      const work = async () => {
        while (next < orders) await writeOne(sql, shares, next++, orders);
      };
      await Promise.all(Array.from({ length: 8 }, work));
      seconds += (performance.now() - began) / 1_000;
    });
  }
  return orders / seconds;
}
