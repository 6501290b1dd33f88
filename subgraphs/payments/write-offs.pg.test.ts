import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { newId } from "../../kit/id.ts";
import { userCaller } from "../../kit/testing/subgraph.ts";
import { post } from "./db/ledger.ts";
import { entriesOf } from "./domain/postings.ts";
import type { Payee } from "./testing/payouts.ts";
import { startWriteOffs, type WriteOffs } from "./testing/write-offs.ts";

let rig: WriteOffs;
beforeAll(async () => void (rig = await startWriteOffs()));
afterAll(() => rig.stop());
// Whatever a test did, the books balance.
afterEach(async () => expect((await rig.ledger()).sum).toBe(0));

const success = (amount: number) => ({
  __typename: "WriteOffPayoutAccountSuccess",
  account: { balance: { amount: 0 } },
  writtenOff: { amount, currency: "IDR" },
});
const nothing = { posted: [], references: [], audits: [] };

/** A suspended restaurant that owes 64,000. */
async function suspended(): Promise<Payee> {
  const payee = await rig.owingRestaurant();
  await rig.govern("suspend", payee, "Stolen identity");
  return payee;
}

describe("what a closed account owes", () => {
  test("is given up by an administrator: balance, statement, books and audit log say so", async () => {
    const warung = await suspended();
    expect(await rig.balance(warung)).toBe(-64_000);
    const before = (await rig.ledger()).kinds;
    expect(await rig.writeOff(warung)).toEqual(success(64_000));
    expect(await rig.balance(warung)).toBe(0);
    const { closing, lines } = await rig.statement(warung);
    expect(closing).toBe(0);
    expect(lines.at(-1)).toEqual({ order: null, other: { amount: 64_000 }, net: { amount: 64_000 } });
    const after = (await rig.ledger()).kinds;
    expect(after["write_off"]! - (before["write_off"] ?? 0)).toBe(64_000);
    expect(after["restaurant_payable"]! - before["restaurant_payable"]!).toBe(-64_000);
    expect(await rig.books("write_off")).toMatchObject({ type: "EXPENSE", closing: { amount: after["write_off"] } });
    const { posted, references, audits } = await rig.written(warung);
    expect(posted).toEqual([64_000]);
    const detail = { reason: "The owner is gone", amountMinor: 64_000, currency: "IDR" };
    expect(audits).toMatchObject([{ auditId: references[0], detail }]);
    // Whoever is let in again begins at nothing.
    await rig.govern("release", warung);
    await rig.earn(warung);
    expect(await rig.balance(warung)).toBe(64_000);
  });

  test("is what tips leave of a courier's debt", async () => {
    const rider = await rig.owingCourier();
    expect(await rig.balance(rider)).toBe(-6_000);
    await rig.govern("suspend", rider, "Ran away");
    expect(await rig.writeOff(rider, { amountMinor: 6_000 })).toEqual(success(6_000));
    expect(await rig.balance(rider)).toBe(0);
    expect((await rig.statement(rider)).closing).toBe(0);
    expect((await rig.written(rider)).posted).toEqual([6_000]);
  });

  test("is given up as well where the provider rejected the account for good", async () => {
    const warung = await rig.owingRestaurant();
    await rig.stripe.accounts.reject(await rig.atProvider(warung), { reason: "fraud" });
    const account = await rig.atProvider(warung);
    await rig.webhook({ id: newId("evt"), object: "event", type: "account.updated", account, data: { object: {} } });
    await rig.runTimers();
    expect(await rig.account(warung)).toMatchObject({ status: "RESTRICTED", reason: "rejected.fraud" });
    expect(await rig.writeOff(warung)).toEqual(success(64_000));
  });

  test("is given up again when more of it turns up", async () => {
    const warung = await rig.restaurant();
    await rig.startOfWeek();
    const orders = [await rig.earn(warung), await rig.earn(warung)];
    await rig.nextWeek(warung);
    await rig.until(async () => expect((await rig.payouts(warung))[0]).toMatchObject({ state: "PAID" }));
    await rig.govern("suspend", warung);
    for (const orderId of orders) {
      await rig.refund(orderId, "RESTAURANT");
      expect(await rig.writeOff(warung)).toEqual(success(64_000));
    }
    expect(await rig.written(warung)).toMatchObject({ posted: [64_000, 64_000], audits: [{}, {}] });
  });
});

describe("at once", () => {
  test("two administrators give a debt up once", async () => {
    const warung = await suspended();
    const { id } = await rig.account(warung);
    const other = userCaller(newId("usr"), "admin");
    const answers = await Promise.all([rig.writeOff(id), rig.writeOff(id, {}, other), rig.writeOff(id)]);
    const lost = { __typename: "BalanceNotNegativeError", balance: { amount: 0 } };
    const order = (answer: { __typename: string }) => answer.__typename;
    expect(answers.toSorted((one, two) => order(one).localeCompare(order(two)))).toEqual([lost, lost, success(64_000)]);
    expect(await rig.written(warung)).toMatchObject({ posted: [64_000], audits: [{}] });
  });

  test("the same key is one write-off, and with another input a conflict", async () => {
    const warung = await suspended();
    const { id } = await rig.account(warung);
    const idempotencyKey = newId("evt");
    const ask = () => rig.writeOff(id, { idempotencyKey });
    expect(await Promise.all([ask(), ask()])).toEqual([success(64_000), success(64_000)]);
    expect(await ask()).toEqual(success(64_000));
    for (const change of [{ amountMinor: 1 }, { reason: "Something else" }]) {
      expect(await rig.writeOff(id, { idempotencyKey, ...change })).toEqual({ __typename: "WriteOffKeyReusedError" });
    }
    expect(await rig.written(warung)).toMatchObject({ posted: [64_000], audits: [{}] });
  });

  test("a balance that moves under the write-off is left alone, and told as it is then", async () => {
    const warung = await suspended();
    const { id } = await rig.account(warung);
    const [entered, leave] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const entries = [
      { account: "restaurant_payable", owner: warung.id, amountMinor: 500 },
      { account: "refund_expense", owner: "", amountMinor: -500 },
    ] as const;
    const fact = { kind: "refund-requested-settled", reference: newId("rfd"), orderId: null, currency: "IDR" } as const;
    const moving = rig.db.transaction(async (tx) => {
      await post(tx, { ...fact, entries }, { now: rig.clock.now(), traceId: "0".repeat(32) });
      entered.resolve();
      await leave.promise;
    });
    await entered.promise;
    // The write-off has seen the balance as it was, and waits to book.
    const asked = rig.writeOff(id);
    await rig.blocked();
    leave.resolve();
    await moving;
    expect(await asked).toEqual({ __typename: "BalanceChangedError", balance: { amount: -64_500 } });
    expect(await rig.written(warung)).toEqual(nothing);
    expect(await rig.writeOff(id, { amountMinor: 64_500 })).toEqual(success(64_500));
  });
});

describe("refused, and nothing is written", () => {
  test("while the account may be paid again: active, or held", async () => {
    const warung = await rig.owingRestaurant();
    const open = { __typename: "PayoutAccountNotClosedError" };
    expect(await rig.writeOff(warung)).toEqual({ ...open, status: "ACTIVE", reason: null });
    await rig.govern("hold", warung, "Papers are missing");
    expect(await rig.writeOff(warung)).toEqual({ ...open, status: "HELD", reason: "Papers are missing" });
    expect(await rig.balance(warung)).toBe(-64_000);
    expect(await rig.written(warung)).toEqual(nothing);
  });

  test("where nothing is owed to the platform", async () => {
    const warung = await rig.restaurant();
    await rig.earn(warung);
    await rig.govern("suspend", warung);
    const owed = { __typename: "BalanceNotNegativeError", balance: { amount: 64_000 } };
    expect(await rig.writeOff(warung)).toEqual(owed);
    expect(await rig.written(warung)).toEqual(nothing);
  });

  test("where another amount is owed, and where the input is no good", async () => {
    const warung = await suspended();
    for (const amountMinor of [63_999, 64_001, 1]) {
      const changed = { __typename: "BalanceChangedError", balance: { amount: -64_000 } };
      expect(await rig.writeOff(warung, { amountMinor })).toEqual(changed);
    }
    const bad = [
      [{ amountMinor: 0 }, "input.amountMinor"],
      [{ amountMinor: -64_000 }, "input.amountMinor"],
      [{ reason: " x " }, "input.reason"],
      [{ reason: "x".repeat(501) }, "input.reason"],
      [{ idempotencyKey: "short" }, "input.idempotencyKey"],
    ] as const;
    for (const [change, field] of bad) {
      expect(await rig.writeOff(warung, change)).toEqual({ __typename: "InvalidInputError", field });
    }
    for (const id of [newId("pac"), "pac_nonsense"]) {
      expect(await rig.writeOff(id)).toEqual({ __typename: "NotFoundError" });
    }
    expect(await rig.written(warung)).toEqual(nothing);
  });

  test("while a payout is on its way, for it may come back", async () => {
    const rider = await rig.courier();
    const orders = [await rig.earn(null, rider), await rig.earn(null, rider)];
    await rig.stripe.accounts.update(await rig.atProvider(rider), { external_account: "btok_timeoutAfterTransfer" });
    const { payout } = await rig.instant(rider);
    await rig.runTimers();
    for (const orderId of orders) await rig.refund(orderId, "COURIER");
    await rig.govern("suspend", rider);
    expect(await rig.balance(rider)).toBe(-32_000);
    const waiting = { __typename: "PayoutOnItsWayError", payout: { id: payout.id } };
    expect(await rig.writeOff(rider, { amountMinor: 32_000 })).toEqual(waiting);
    expect(await rig.written(rider)).toEqual(nothing);
  });

  test("to support, to the owner and to strangers", async () => {
    const warung = await suspended();
    const { id } = await rig.account(warung);
    const callers = [rig.support, warung.owner, userCaller(newId("usr"))];
    for (const caller of callers) expect(await rig.writeOff(id, {}, caller)).toBe("FORBIDDEN");
    expect(await rig.written(warung)).toEqual(nothing);
  });
});

test("the database refuses a write-off that does not bring a debt to exactly 0", async () => {
  const warung = await suspended();
  const write = (restaurantMinor: number) =>
    rig.db.transaction((tx) => {
      const owners = { restaurantId: warung.id, courierId: null };
      const entries = entriesOf("balance-written-off", { restaurantMinor, courierMinor: 0 }, owners);
      const fact = { kind: "balance-written-off", reference: newId("aud"), orderId: null, currency: "IDR" } as const;
      return post(tx, { ...fact, entries }, { now: rig.clock.now(), traceId: "0".repeat(32) });
    });
  const refused = { cause: { constraint_name: "ledger_write_off_to_zero" } };
  for (const amountMinor of [1, 63_999, 64_001]) await expect(write(amountMinor)).rejects.toMatchObject(refused);
  await expect(write(64_000)).resolves.toBe(true);
  // Nor may what is owed to the owner be taken that way.
  await rig.earn(warung);
  await expect(write(-64_000)).rejects.toMatchObject(refused);
});
