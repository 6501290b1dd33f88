import { connect, createServer, type Server, type Socket } from "node:net";
import { once } from "node:events";
import { eq, inArray, sql as fragment } from "drizzle-orm";
import { pgTable, text } from "drizzle-orm/pg-core";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { falling, id, instant, openDatabase, uuids, type Database, type Executor, type Tx } from "./db.ts";
import { QueryTimeoutError } from "./deadline.ts";
import { newId, toUuid } from "../id.ts";
import { testDatabase, type TestDatabase } from "../testing/database.ts";

const things = pgTable("things", {
  id: id("thg")("id").primaryKey(),
  label: text("label"),
  madeAt: instant("made_at"),
});

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase("kit", { folder: null });
  const owner = openDatabase({ url: database.ownerUrl, max: 1 });
  await owner.sql`create table things (id uuid primary key, label text, made_at timestamptz(3))`;
  await owner.close();
});
afterAll(() => database.close());

test("ids are uuids inside and TypeIDs outside, and instants keep their milliseconds", async () => {
  const row = { id: newId("thg"), label: "a", madeAt: new Date("2026-01-02T03:04:05.678Z") };
  await database.db.insert(things).values(row);
  expect(await database.db.select().from(things).where(eq(things.id, row.id))).toEqual([row]);
  const [raw] =
    await database.sql`select id, made_at from things where id = ${toUuid(row.id)} and made_at = ${row.madeAt}`;
  expect(raw).toEqual({ id: toUuid(row.id), made_at: row.madeAt });
});

test("uuids finds a batch, and malformed ids find nothing", async () => {
  const ids = [newId("thg"), newId("thg"), newId("thg")];
  await database.db.insert(things).values(ids.map((each) => ({ id: each })));
  const found = async (wanted: string[]) =>
    (
      await database.db
        .select({ id: things.id })
        .from(things)
        .where(fragment`${things.id} = any(${uuids(wanted)})`)
    )
      .map((row) => row.id)
      .sort();
  expect(await found([...ids, "nonsense", newId("thg")])).toEqual(ids.toSorted());
  expect(await found([])).toEqual([]);
  expect((await database.db.select().from(things).where(inArray(things.id, ids))).length).toBe(3);
});

/** The texts that are prepared on the only connection of a pool. */
async function preparedTexts(prepare: boolean): Promise<string[]> {
  const pool = openDatabase({ url: database.url, max: 1, prepare });
  try {
    const read = (db: Executor, ids: string[]) =>
      db
        .select({ id: things.id })
        .from(things)
        .where(fragment`${things.id} = any(${uuids(ids)})`);
    for (const ids of [[newId("thg")], [newId("thg"), newId("thg")], []]) await read(pool.db, ids);
    await pool.db.transaction(async (tx) => {
      for (const label of ["a", "b", "c"]) await tx.insert(things).values({ id: newId("thg"), label });
    });
    const rows = await pool.sql.unsafe("select statement from pg_prepared_statements");
    return rows.map((row) => String(row["statement"]));
  } finally {
    await pool.close();
  }
}

test("drizzle's statements are prepared once whatever the length of a batch, also in a transaction; or none at all", async () => {
  const texts = await preparedTexts(true);
  const mine = texts.filter((text) => text.includes('"things"'));
  expect(mine.toSorted()).toEqual([
    expect.stringMatching(/^insert into "things"/),
    expect.stringMatching(/^select "id" from "things" where "things"."id" = any\(\$1::uuid\[\]\)$/),
  ]);
  expect(await preparedTexts(false)).toEqual([]);
});

test("a statement whose table was altered since it was prepared is prepared again", async () => {
  const owner = openDatabase({ url: database.ownerUrl, max: 1 });
  const pool = openDatabase({ url: database.url, max: 1 });
  try {
    await owner.sql`create table moods (name varchar(5))`;
    await owner.sql`insert into moods values ('calm')`;
    const read = () => pool.db.execute(fragment`select name from moods where name = ${"calm"}`);
    for (let n = 0; n < 3; n++) await read();
    await owner.sql`alter table moods alter column name type text`;
    expect([...(await read())]).toEqual([{ name: "calm" }]);
  } finally {
    await pool.close();
    await owner.close();
  }
});

test("a page in falling order is read from the index that drizzle declares for it, without a sort", async () => {
  const owner = openDatabase({ url: database.ownerUrl, max: 1 });
  await owner.sql`create index on things (made_at desc nulls last, id desc nulls last)`;
  await owner.close();
  const plan = await database.db.transaction(async (tx) => {
    await tx.execute(fragment`set local enable_seqscan = off`);
    const rows = await tx.execute(
      fragment`explain select id from things order by ${falling(things.madeAt)}, ${falling(things.id)} limit 5`,
    );
    return rows.map((row) => String(row["QUERY PLAN"])).join("\n");
  });
  expect(plan).toMatch(/Index .*Scan/);
  expect(plan).not.toContain("Sort");
});

test("json and nested transactions go through the guarded client", async () => {
  const [row] = await database.sql`select ${database.sql.json({ a: [1] })}::jsonb as value`;
  expect(row).toEqual({ value: { a: [1] } });
  const kept = newId("thg");
  await database.db.transaction(async (tx) => {
    await tx.insert(things).values({ id: kept });
    await expect(
      tx.transaction(async (inner) => {
        await inner.insert(things).values({ id: kept });
      }),
    ).rejects.toThrow();
  });
  expect(await database.db.select().from(things).where(eq(things.id, kept))).toHaveLength(1);
});

/** A link to the server that can be frozen: bytes are taken and go nowhere, as when the server is paused. */
async function freezableLink(url: string): Promise<{ url: string; freeze(): void; thaw(): void; close(): void }> {
  const { port, hostname } = new URL(url);
  const sockets = new Set<Socket>();
  let frozen = false;
  const server: Server = createServer((near) => {
    const far = connect(Number(port), hostname);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from
        .on("data", (chunk) => to.write(chunk))
        .on("close", () => to.destroy())
        .on("error", () => {});
      if (frozen) from.pause();
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const target = new URL(url);
  target.port = String((server.address() as { port: number }).port);
  const each = (act: (socket: Socket) => void) => sockets.forEach(act);
  return {
    url: target.href,
    freeze: () => {
      frozen = true;
      each((socket) => socket.pause());
    },
    thaw: () => {
      frozen = false;
      each((socket) => socket.resume());
    },
    close: () => {
      each((socket) => socket.destroy());
      server.close();
    },
  };
}

test("on a server that stopped answering every query ends, sent, queued and in transactions, and the pool recovers", async () => {
  const link = await freezableLink(database.url);
  const pool: Database = openDatabase({ url: link.url, max: 2, statementTimeoutMs: 100 });
  const label = newId("thg");
  await Promise.all([pool.sql`select 1`, pool.sql`select 1`]);
  const { promise: inside, resolve: entered } = Promise.withResolvers<void>();
  const { promise: frozen, resolve: proceed } = Promise.withResolvers<void>();
  const committing = pool.db.transaction(async (tx) => {
    await tx.execute(fragment`select 1`);
    entered();
    await frozen;
  });
  await inside;
  link.freeze();
  proceed();
  const asked = Array.from({ length: 20 }, () =>
    pool.sql`insert into things (id, label) values (${toUuid(newId("thg"))}, ${label})`.execute(),
  );
  const begun = Array.from({ length: 5 }, () =>
    pool.db.transaction((tx) => tx.insert(things).values({ id: newId("thg"), label })),
  );
  const outcomes = await Promise.allSettled([committing, ...asked, ...begun]);
  expect(outcomes.every((outcome) => outcome.status === "rejected")).toBe(true);
  expect(outcomes.some((outcome) => outcome.status === "rejected" && outcome.reason instanceof QueryTimeoutError)).toBe(
    true,
  );
  link.thaw();
  await expect
    .poll(
      () =>
        pool.sql`select 1 as one`.then(
          (rows) => rows[0]?.one,
          () => 0,
        ),
      { timeout: 10_000 },
    )
    .toBe(1);
  expect(
    await Promise.all(Array.from({ length: 10 }, () => pool.db.transaction((tx) => tx.execute(fragment`select 1`)))),
  ).toHaveLength(10);
  await pool.close();
  link.close();
});

test("a statement that takes too long is ended by the server", async () => {
  const pool = openDatabase({ url: database.url, max: 1, statementTimeoutMs: 100 });
  await expect(pool.sql`select pg_sleep(60)`).rejects.toMatchObject({ code: "57014" });
  await pool.close();
});

test("a server that is away refuses at once", async () => {
  const pool = openDatabase({ url: "postgres://nobody:x@127.0.0.1:1/none" });
  await expect(pool.sql`select 1`).rejects.toMatchObject({ code: "ECONNREFUSED" });
  await expect(pool.db.transaction((tx) => tx.execute(fragment`select 1`))).rejects.toThrow();
  await pool.close();
});

test("a transaction whose connection was cut is rejected, whatever it was doing, and the process lives", async () => {
  const pool = openDatabase({ url: database.url, max: 2 });
  const label = newId("thg");
  const cut = async (tx: Tx) => {
    await tx.insert(things).values({ id: newId("thg"), label });
    const [backend] = await tx.execute<{ pid: number }>(fragment`select pg_backend_pid() as pid`);
    await admin.sql`select pg_terminate_backend(${backend!.pid})`;
  };
  const admin = openDatabase({ url: inject("clusterUrl"), max: 1 });
  await expect(pool.db.transaction(cut)).rejects.toThrow();
  await expect(
    pool.db.transaction(async (tx) => {
      await cut(tx);
      await tx.execute(fragment`select 1`);
    }),
  ).rejects.toThrow();
  await expect(
    pool.db.transaction(async (tx) => {
      await cut(tx);
      await tx.execute(fragment`select 1`).catch(() => {});
      await tx.execute(fragment`select 2`);
    }),
  ).rejects.toThrow();
  await expect(pool.db.transaction((tx) => tx.transaction(cut))).rejects.toThrow();
  await expect(
    pool.db.transaction((tx) => tx.execute(fragment`select pg_terminate_backend(pg_backend_pid())`)),
  ).rejects.toThrow();
  // Through another pool: the driver passes the server's farewell on to the first query of the connection's next life.
  expect(await database.db.select().from(things).where(eq(things.label, label))).toEqual([]);
  await Promise.all([pool.close(), admin.close()]);
});
