/** Accounts and their owners: what the database refuses, and what the migration made of entries from before it did. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newId } from "../../../kit/id.ts";
import { migrate } from "../../../kit/database/migrate.ts";
import { testDatabase, type TestDatabase } from "../../../kit/testing/database.ts";
import { accountKinds, ownedKinds, type AccountKind } from "../domain/accounts.ts";
import { businessDay } from "../domain/business-day.ts";
import type { Entry } from "../domain/postings.ts";
import { post } from "./ledger.ts";
import { shutDoor, storeClose } from "./ledger-days.ts";
import { ledgerSums } from "./queries.ts";
import { seed } from "./seed.ts";

const now = new Date("2026-06-01T05:00:00Z");
const book = (to: TestDatabase, entries: readonly Entry[], orderId = newId("ord"), at = now) =>
  to.db.transaction((tx) =>
    post(
      tx,
      { kind: "order-settled", reference: newId("pay"), orderId, currency: "IDR", entries },
      { now: at, traceId: "t" },
    ),
  );
const refusal = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "accepted",
    (error: Error) => `${error.message} ${(error.cause as Error | undefined)?.message ?? ""}`,
  );
const moved = (account: AccountKind, owner: string, amountMinor = 500): Entry[] => [
  { account: "psp_clearing", owner: "", amountMinor },
  { account, owner, amountMinor: -amountMinor },
];

describe("an account", () => {
  let database: TestDatabase;
  beforeAll(async () => void (database = await testDatabase("payments")));
  afterAll(() => database.close());

  test("of a restaurant or courier cannot be posted to without its owner, and the platform's have none", async () => {
    for (const kind of Object.keys(accountKinds) as AccountKind[]) {
      if (kind === "psp_clearing") continue;
      const owned = ownedKinds.includes(kind);
      const [right, wrong] = owned ? [newId("cou"), ""] : ["", newId("cou")];
      expect(await refusal(book(database, moved(kind, wrong)))).toContain("ledger_accounts_owned");
      expect(await refusal(book(database, moved(kind, right)))).toBe("accepted");
    }
    expect(ownedKinds.toSorted()).toEqual(
      ["courier_payable", "deferred_loan_fee", "loan_receivable", "restaurant_payable", "tips_held"].toSorted(),
    );
  });

  test("cannot be closed or opened again by the service", async () => {
    const close = database.sql`insert into ledger_closed_accounts select id, 'planted', now() from ledger_accounts limit 1`;
    expect(await refusal(close)).toContain("permission denied");
  });
});

/** The migrations up to one of them, as a build of then had them. */
function migrationsUpTo(tag: string): string {
  const folder = mkdtempSync(join(tmpdir(), "payments-migrations-"));
  cpSync(join(import.meta.dirname, "migrations"), folder, { recursive: true });
  const file = join(folder, "meta/_journal.json");
  const journal = JSON.parse(readFileSync(file, "utf8")) as { entries: { tag: string }[] };
  const last = journal.entries.findIndex((entry) => entry.tag === tag);
  if (last < 0) throw new Error(`there is no migration ${tag}`);
  writeFileSync(file, JSON.stringify({ ...journal, entries: journal.entries.slice(0, last + 1) }));
  return folder;
}

describe("a database with tips that nobody owns", () => {
  let database: TestDatabase;
  const folder = migrationsUpTo("0008_traded_currencies");
  const orders = [newId("ord"), newId("ord")] as const;
  const today = businessDay(new Date());
  beforeAll(async () => {
    database = await testDatabase("payments", { folder });
    for (const [index, orderId] of orders.entries())
      await book(database, moved("tips_held", "", 1_000_000 * (index + 1)), orderId);
    await book(database, moved("tips_held", newId("cou"), 70_000));
    await database.db.transaction(async (tx) => {
      await shutDoor(tx);
      await storeClose(tx, today, { now, traceId: "t" });
    });
    await migrate({ ownerUrl: database.ownerUrl, folder: join(import.meta.dirname, "migrations") });
  });
  afterAll(async () => {
    await database.close();
    rmSync(folder, { recursive: true });
  });

  test("has them moved to the platform's expense, order by order, on the first open day", async () => {
    const rows = await database.sql`
      select t.kind, t.order_id::text, t.booking_day::text, a.kind as account, e.amount_minor::int as amount
      from ledger_transactions t join ledger_entries e on e.transaction_id = t.id join ledger_accounts a on a.id = e.account_id
      where t.kind = 'owner-corrected' order by abs(e.amount_minor), e.amount_minor`;
    expect(rows.map(({ account, amount }) => [account, amount])).toEqual([
      ["refund_expense", -1_000_000],
      ["tips_held", 1_000_000],
      ["refund_expense", -2_000_000],
      ["tips_held", 2_000_000],
    ]);
    expect(new Set(rows.map((row) => row["order_id"])).size).toBe(2);
    for (const row of rows) expect(row["booking_day"] > today).toBe(true);
    expect(await ledgerSums(database.db)).toMatchObject([{ currency: "IDR", sumMinor: 0 }]);
    const kept = await database.sql`select a.owner, sum(b.amount_minor)::int as amount from ledger_accounts a
      join ledger_balances b on b.account_id = a.id where a.kind = 'tips_held' group by a.owner order by a.owner`;
    expect(kept.map(({ amount }) => amount)).toEqual([0, -70_000]);
  });

  test("keeps the old account, closed to whatever is posted", async () => {
    expect(await refusal(book(database, moved("tips_held", "")))).toContain("is closed");
    expect(await refusal(book(database, moved("tips_held", newId("cou"))))).toBe("accepted");
  });

  test("can close its days as before", async () => {
    const next = new Date(Date.parse(`${today}T12:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
    const closed = await database.db.transaction(async (tx) => {
      await shutDoor(tx);
      return storeClose(tx, next, { now, traceId: "t" });
    });
    expect(closed.previousDay).toBe(today);
  });

  test("migrates no second time", async () => {
    expect(await migrate({ ownerUrl: database.ownerUrl, folder: join(import.meta.dirname, "migrations") })).toEqual([]);
  });
});

test("posting reads no whole table, though the planner was told nothing of a filled ledger", async () => {
  const database = await testDatabase("payments");
  try {
    await seed(database.db, "test", now);
    const [known] = await database.sql`select count(*)::int as n from pg_stats where tablename = 'ledger_entries'`;
    expect(known?.["n"]).toBe(0);
    const scanned = await database.sql.begin(async (sql) => {
      // What this connection did before may still be counted.
      const scans = async () =>
        (
          await sql`select relname || ' ' || seq_scan as scans from pg_stat_xact_user_tables
            where relname in ('ledger_entries', 'ledger_transactions', 'ledger_balances', 'order_earnings') and seq_scan > 0`
        ).map((row) => row["scans"] as string);
      const before = await scans();
      const transaction = crypto.randomUUID();
      await sql`insert into ledger_transactions (id, kind, reference, order_id, trace_id, at, booking_day)
        values (${transaction}, 'order-settled', ${transaction}, ${crypto.randomUUID()}, 't', now(), '2026-06-02')`;
      await sql`insert into ledger_entries (transaction_id, line, account_id, currency, amount_minor)
        select ${transaction}, (row_number() over (order by kind))::int, id, currency,
          case kind when 'restaurant_payable' then -5 else 5 end
        from (select distinct on (kind) id, kind, currency from ledger_accounts
          where kind in ('restaurant_payable', 'orders_held') and currency = 'IDR') a`;
      await sql`set constraints all immediate`;
      return (await scans()).filter((scan) => !before.includes(scan));
    });
    expect(scanned).toEqual([]);
  } finally {
    await database.close();
  }
});
