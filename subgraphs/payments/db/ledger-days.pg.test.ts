import fc from "fast-check";
import postgres from "postgres";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { newId } from "../../../kit/id.ts";
import { testDatabase, type TestDatabase } from "../../../kit/testing/database.ts";
import { endOfDay } from "../domain/business-day.ts";
import { nothingRefunded } from "../domain/fault-policy.ts";
import { entriesOf, type Entry } from "../domain/postings.ts";
import { dayHash } from "../domain/trial-balance.ts";
import { post } from "./ledger.ts";
import { countedRows, lastClosedDay, shutDoor, storeClose, storedRows } from "./ledger-days.ts";
import { balancesByOwner, ledgerSums } from "./queries.ts";

let database: TestDatabase;
beforeEach(async () => void (database = await testDatabase("payments")));
afterEach(() => database.close());

const noon = (day: string) => ({ now: new Date(`${day}T05:00:00Z`), traceId: "t" });
const restaurant = newId("rst");
const sale = (amountMinor: number, owner = restaurant): Entry[] => [
  { account: "orders_held", owner: "", amountMinor },
  { account: "restaurant_payable", owner, amountMinor: -amountMinor },
];
const book = (day: string, entries: readonly Entry[], currency = "IDR") =>
  database.db.transaction((tx) =>
    post(tx, { kind: "order-settled", reference: newId("pay"), orderId: newId("ord"), currency, entries }, noon(day)),
  );
const close = (day: string) =>
  database.db.transaction(async (tx) => {
    await shutDoor(tx);
    return storeClose(tx, day, noon(day));
  });
const bookedOn = async () =>
  (await database.sql`select to_char(booking_day, 'YYYY-MM-DD') as day from ledger_transactions order by id`).map(
    (row) => row["day"] as string,
  );
const refusal = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "accepted",
    (error: Error) => `${error.message} ${(error.cause as Error | undefined)?.message ?? ""}`,
  );

describe("a business day", () => {
  test("is Jakarta's", async () => {
    const at = async (now: string) =>
      database.db.transaction((tx) =>
        post(
          tx,
          { kind: "order-settled", reference: now, orderId: null, currency: "IDR", entries: sale(1) },
          { now: new Date(now), traceId: "t" },
        ),
      );
    await at("2026-06-01T16:59:59.999Z");
    await at("2026-06-01T17:00:00.000Z");
    expect(await bookedOn()).toEqual(["2026-06-01", "2026-06-02"]);
    expect(endOfDay("2026-06-01")).toEqual(new Date("2026-06-01T17:00:00Z"));
  });

  test("that is closed keeps its trial balance, and what comes late stands on the first open day", async () => {
    await book("2026-06-01", sale(100));
    await close("2026-06-01");
    const before = await storedRows(database.db, "2026-06-01", "IDR");
    await book("2026-06-01", sale(7));
    await book("2026-05-20", sale(3));
    expect(await bookedOn()).toEqual(["2026-06-01", "2026-06-02", "2026-06-02"]);
    expect(await storedRows(database.db, "2026-06-01", "IDR")).toEqual(before);
    const next = await countedRows(database.db, "2026-06-02", "IDR");
    expect(next.find(({ account }) => account === "restaurant_payable")).toMatchObject({
      openingMinor: -100,
      creditMinor: 10,
      closingMinor: -110,
    });
  });

  test("that is closed cannot be booked on by anybody, nor closed again, nor changed", async () => {
    const { sql } = database;
    await book("2026-06-01", sale(100));
    await close("2026-06-01");
    for (const day of ["2026-06-01", "2026-05-31"]) {
      const late = sql`insert into ledger_transactions (id, kind, reference, trace_id, at, booking_day)
        values (${crypto.randomUUID()}, 'order-settled', 'late', 't', now(), ${day}::date)`;
      expect(await refusal(late)).toContain(`business day ${day} is closed`);
    }
    expect(await refusal(close("2026-06-01"))).not.toBe("accepted");
    expect(await refusal(close("2026-05-31"))).not.toBe("accepted");
    for (const table of ["ledger_days", "ledger_trial_balances"]) {
      for (const statement of [`update ${table} set day = day`, `delete from ${table}`, `truncate ${table} cascade`]) {
        expect(await refusal(sql.unsafe(statement))).toMatch(/permission denied|append-only/);
      }
    }
  });

  test("opens with what the one before closed with, and each is chained to it by its hash", async () => {
    for (const [day, amount] of [
      ["2026-06-01", 100],
      ["2026-06-02", 20],
      ["2026-06-03", 3],
    ] as const) {
      await book(day, sale(amount));
      await close(day);
    }
    const days =
      await database.sql`select to_char(day, 'YYYY-MM-DD') as day, hash, previous_hash from ledger_days order by day`;
    let previous: string | null = null;
    let closing = new Map<string, number>();
    for (const { day, hash, previous_hash } of days) {
      const rows = await storedRows(database.db, day, "IDR");
      expect(previous_hash).toBe(previous);
      expect(hash).toBe(dayHash(day, rows, previous));
      expect(rows.map((row) => row.openingMinor)).toEqual(rows.map((row) => closing.get(row.account) ?? 0));
      closing = new Map(rows.map((row) => [row.account, row.closingMinor]));
      previous = hash;
    }
    expect(closing.get("restaurant_payable")).toBe(-123);
    const forged = [{ ...(await storedRows(database.db, "2026-06-01", "IDR"))[0]!, debitMinor: 101 }];
    expect(dayHash("2026-06-01", forged, null)).not.toBe(days[0]?.["hash"]);
  });

  test("cannot be closed with a trial balance that does not sum to 0 or does not follow the day before", async () => {
    await book("2026-06-01", sale(100));
    await close("2026-06-01");
    const forge = (opening: number, other: number) =>
      database.sql.begin(async (sql) => {
        await sql`insert into ledger_days (day, previous_day, previous_hash, hash, closed_at, trace_id)
          values ('2026-06-02', '2026-06-01', 'x', 'y', now(), 't')`;
        await sql`insert into ledger_trial_balances values ('2026-06-02', 'IDR', 'orders_held', ${opening}, 0, 0, ${opening}),
          ('2026-06-02', 'IDR', 'restaurant_payable', ${other}, 0, 0, ${other})`;
      });
    expect(await refusal(forge(100, -99))).toContain("does not sum to 0");
    expect(await refusal(forge(99, -99))).toContain("does not open with");
    expect(await refusal(forge(100, -100))).toBe("accepted");
  });

  test("is not closed over balances that do not agree with their entries", async () => {
    await book("2026-06-01", sale(100));
    const owner = postgres(database.ownerUrl, { max: 1 });
    const shift = (by: number) => owner`update ledger_balances set amount_minor = amount_minor + ${by}
      where stripe = 0 and account_id = (select id from ledger_accounts where kind = 'orders_held')`;
    await shift(1);
    expect(await refusal(close("2026-06-01"))).toContain("orders_held holds 101 IDR");
    await shift(-1);
    await owner.end();
    await book("2026-06-05", sale(9));
    expect(await refusal(close("2026-06-01"))).toBe("accepted");
  });

  test("gives way to whoever books for long, and can be closed afterwards", async () => {
    await book("2026-06-01", sale(100));
    await database.db.transaction(async (slow) => {
      const about = { kind: "order-settled", reference: "slow", orderId: null, currency: "IDR" } as const;
      await post(slow, { ...about, entries: sale(5) }, noon("2026-06-01"));
      expect(await refusal(close("2026-06-01"))).toContain("lock timeout");
    });
    expect(await refusal(close("2026-06-01"))).toBe("accepted");
    expect((await storedRows(database.db, "2026-06-01", "IDR")).map(({ closingMinor }) => closingMinor)).toEqual([
      105, -105,
    ]);
  });

  test("is closed between two bookings, never through one", async () => {
    const days = ["2026-06-01", "2026-06-02", "2026-06-03"];
    await Promise.all([
      ...Array.from({ length: 40 }, (_, index) => book("2026-06-01", sale(index + 1))),
      (async () => {
        // The close gives way, and comes again as its timer would.
        for (const day of days) while ((await refusal(close(day))).includes("lock timeout"));
      })(),
    ]);
    const byDay = await database.sql`select to_char(t.booking_day, 'YYYY-MM-DD') as day, sum(e.amount_minor) as sum
      from ledger_transactions t join ledger_entries e on e.transaction_id = t.id where e.amount_minor > 0 group by 1`;
    const booked = new Map(byDay.map((row) => [row["day"] as string, Number(row["sum"])]));
    expect([...booked.values()].reduce((sum, part) => sum + part, 0)).toBe(820);
    for (const day of days) {
      const rows = await storedRows(database.db, day, "IDR");
      const debits = rows.reduce((sum, row) => sum + row.debitMinor, 0);
      expect([day, debits]).toEqual([day, booked.get(day) ?? 0]);
    }
    expect((await lastClosedDay(database.db))?.day).toBe("2026-06-03");
  });
});

describe("balances", () => {
  const kept = async () =>
    (
      await database.sql`select a.id, sum(b.amount_minor) as kept, sum(b.entries) as entries,
      (select coalesce(sum(amount_minor), 0) from ledger_entries e where e.account_id = a.id) as counted,
      (select count(*) from ledger_entries e where e.account_id = a.id) as lines
      from ledger_accounts a join ledger_balances b on b.account_id = a.id group by a.id`
    ).map((row) => [Number(row["kept"]), Number(row["entries"]), Number(row["counted"]), Number(row["lines"])]);

  test("are what the entries come to, however many book at once, in several currencies beside one another", async () => {
    const owners = [newId("rst"), newId("rst"), newId("rst")];
    const currencies = ["IDR", "USD", "KWD"];
    const plan = fc.sample(
      fc.record({
        owner: fc.constantFrom(...owners),
        currency: fc.constantFrom(...currencies),
        amountMinor: fc.integer({ min: 1, max: 1e9 }),
      }),
      { numRuns: 120, seed: 7 },
    );
    await Promise.all(
      plan.map(({ owner, currency, amountMinor }) => book("2026-06-01", sale(amountMinor, owner), currency)),
    );
    for (const [sum, entries, counted, lines] of await kept()) expect([sum, entries]).toEqual([counted, lines]);
    const owed = await balancesByOwner(database.db, owners, ["restaurant_payable"]);
    for (const owner of owners) {
      const mine = (currency: string) =>
        plan
          .filter((one) => one.owner === owner && one.currency === currency)
          .reduce((sum, one) => sum + one.amountMinor, 0);
      expect(owed.get(owner)).toEqual(
        ["IDR", "KWD", "USD"].filter((one) => mine(one) > 0).map((currency) => ({ amount: mine(currency), currency })),
      );
    }
    expect((await ledgerSums(database.db)).map(({ currency, sumMinor }) => [currency, sumMinor])).toEqual([
      ["IDR", 0],
      ["KWD", 0],
      ["USD", 0],
    ]);
  });

  test("of the same restaurants and couriers are moved by many settlements at once without a deadlock", async () => {
    const restaurants = [newId("rst"), newId("rst")];
    const couriers = [newId("cou"), newId("cou")];
    const amounts = { itemsMinor: 800, discountMinor: 0, taxMinor: 80, deliveryFeeMinor: 200, serviceFeeMinor: 50 };
    const facts = {
      amounts: { ...amounts, smallOrderFeeMinor: 0, tipMinor: 100, totalMinor: 1_230 },
      commissionBps: 2_000,
      courierPayMinor: 160,
      refunded: nothingRefunded,
      refundedTaxMinor: 0,
    };
    const orders = Array.from({ length: 60 }, (_, index) => ({
      restaurantId: restaurants[index % 2]!,
      courierId: couriers[Math.floor(index / 2) % 2]!,
    }));
    await Promise.all(orders.map((owners) => book("2026-06-01", entriesOf("order-settled", facts, owners))));
    for (const [sum, entries, counted, lines] of await kept()) expect([sum, entries]).toEqual([counted, lines]);
    const owed = await balancesByOwner(
      database.db,
      [...restaurants, ...couriers],
      ["restaurant_payable", "courier_payable", "tips_held"],
    );
    expect([...owed.values()].map(([one]) => one?.amount)).toEqual([19_200, 19_200, 7_800, 7_800]);
  });

  test("of the platform's accounts are spread, so that two who book do not wait for one another", async () => {
    await book("2026-06-01", sale(1, newId("rst")));
    await database.db.transaction(async (held) => {
      const about = { kind: "order-settled", orderId: null, currency: "IDR" } as const;
      await post(held, { ...about, reference: "held", entries: sale(5, newId("rst")) }, noon("2026-06-01"));
      // Would wait for `held` for ever if both needed one row: this one commits while that one is open.
      await book("2026-06-01", sale(7, newId("rst")));
    });
    const [row] = await database.sql`select count(*) filter (where b.entries > 0) as used, sum(b.amount_minor) as sum
      from ledger_balances b join ledger_accounts a on a.id = b.account_id where a.kind = 'orders_held'`;
    expect([Number(row?.["used"]), Number(row?.["sum"])]).toEqual([2, 13]);
  });

  test("cannot be written by the service", async () => {
    await book("2026-06-01", sale(1));
    for (const statement of [
      "update ledger_balances set amount_minor = 0",
      "delete from ledger_balances",
      "insert into ledger_balances select account_id, 99, currency, 1, 1 from ledger_balances limit 1",
    ]) {
      expect(await refusal(database.sql.unsafe(statement))).toContain("permission denied");
    }
  });

  test("one transaction never mixes currencies unbalanced", async () => {
    const accounts = async (currency: string) => {
      await book("2026-06-01", sale(10), currency);
      const [row] =
        await database.sql`select id from ledger_accounts where kind = 'orders_held' and currency = ${currency}`;
      return row?.["id"] as string;
    };
    const [rupiah, dollars] = [await accounts("IDR"), await accounts("USD")];
    const mixed = database.sql.begin(async (sql) => {
      const id = crypto.randomUUID();
      await sql`insert into ledger_transactions (id, kind, reference, trace_id, at, booking_day)
        values (${id}, 'order-settled', 'mixed', 't', now(), '2026-06-01')`;
      await sql`insert into ledger_entries values (${id}, 0, ${rupiah}, 'IDR', 5), (${id}, 1, ${dollars}, 'USD', -5)`;
    });
    expect(await refusal(mixed)).toContain("does not sum to 0");
    const foreign = database.sql`insert into ledger_entries select transaction_id, 9, ${dollars}, 'IDR', 1 from ledger_entries limit 1`;
    expect(await refusal(foreign)).not.toBe("accepted");
  });
});
