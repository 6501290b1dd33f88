/** An outage gives people the time back that it took: of paying, and of answering; and no more than as much again. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { watchOutages } from "./actions/watch-outages.ts";
import { env } from "./env.ts";
import { paymentOf, placed, see, startOrders, type Orders } from "./testing/harness.ts";

const minute = 60_000;
let orders: Orders;
beforeAll(async () => void (orders = await startOrders()));
afterAll(() => orders.stop());

const later = async (minutes: number) => {
  orders.clock.advance(minutes * minute);
  await orders.runTimers();
};
const ago = (minutes: number) => new Date(orders.clock.now().getTime() - minutes * minute);
/** As a process finds it that begins after the service was away. */
const away = (from: number, to: number) =>
  orders.sql`insert into outages (began_at, ended_at) values (${ago(from)}, ${ago(to)})`;
const stateOf = async (id: string) => (await see(orders, id)).state;

describe("a window", () => {
  test("to pay grows by the outage, payments gets the new date, and then it is over", async () => {
    const id = await placed(orders);
    orders.clock.advance(8 * minute);
    await away(7, 3);
    await later(2);
    expect(await stateOf(id)).toBe("PENDING_PAYMENT");
    const extensions = (await orders.outbox()).filter(
      ({ aggregateId, type }) => aggregateId === id && type === "order.payment-extended.v1",
    );
    expect(extensions.map(({ data }) => (data as { payUntil: string }).payUntil)).toEqual([
      new Date(orders.clock.now().getTime() + 4 * minute).toISOString(),
    ]);
    await later(3);
    expect(await stateOf(id)).toBe("PENDING_PAYMENT");
    await later(1);
    expect(await stateOf(id)).toBe("PAYMENT_FAILED");
  });

  test("to pay that was over in the middle of an outage goes on after it", async () => {
    const id = await placed(orders);
    orders.clock.advance(12 * minute);
    await away(7, 0);
    await orders.runTimers();
    expect(await stateOf(id)).toBe("PENDING_PAYMENT");
    await later(4);
    expect(await stateOf(id)).toBe("PENDING_PAYMENT");
    await later(1);
    expect(await stateOf(id)).toBe("PAYMENT_FAILED");
  });

  test("to answer grows too, at most to double", async () => {
    const id = await placed(orders);
    await paymentOf(orders, id).authorized();
    orders.clock.advance(40 * minute);
    await away(40, 1);
    await orders.runTimers();
    // Five minutes, and five for the outage: long over.
    expect(await stateOf(id)).toBe("EXPIRED");
    const other = await placed(orders);
    await paymentOf(orders, other).authorized();
    orders.clock.advance(5 * minute);
    await away(5, 1);
    await orders.runTimers();
    expect(await stateOf(other)).toBe("PLACED");
    await later(4);
    expect(await stateOf(other)).toBe("EXPIRED");
  });

  test("does not grow by a jump of the clock alone", async () => {
    const id = await placed(orders);
    await later(10);
    expect(await stateOf(id)).toBe("PAYMENT_FAILED");
  });
});

describe("the watch", () => {
  const settings = env.pick({ OUTAGE_MS: true }).parse({});
  const outages = async () =>
    (await orders.sql`select began_at, ended_at from outages order by began_at`).map((row) => [
      row["began_at"],
      row["ended_at"],
    ]);

  test.each([
    ["began again after a while", 5, 0, 1, true],
    ["began again at once", 0.5, 0, 1, false],
    ["stood still while the clock went on", 5, 5, 2, true],
    ["saw the clock jump while it worked", 5, 0.1, 2, false],
  ])(
    "of a process that %s keeps an outage: %s minutes by the clock, %s by steady time",
    async (_, clockMinutes, steadyMinutes, looks, kept) => {
      await orders.sql`delete from outages`;
      let now = orders.clock.now().getTime() + minute;
      let steady = 0;
      const first = watchOutages({ db: orders.db, clock: { now: () => new Date(now) } }, settings, () => steady);
      await orders.sql`update service_beats set beat_at = ${new Date(now)}`;
      if (looks === 2) await first.look();
      const before = new Date(now);
      now += clockMinutes * minute;
      steady += steadyMinutes * minute;
      await first.look();
      expect(await outages()).toEqual(kept ? [[before, new Date(now)]] : []);
      await orders.sql`update service_beats set beat_at = ${orders.clock.now()}`;
    },
  );
});
