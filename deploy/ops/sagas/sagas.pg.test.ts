/** `npm run ops -- sagas` as a process, over the databases of five subgraphs. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { systemClock } from "../../../kit/clock.ts";
import type { Event } from "../../../kit/events/event.ts";
import { newId, toUuid } from "../../../kit/id.ts";
import { createInbox } from "../../../kit/events/inbox.ts";
import { outboxEvents } from "../../../kit/events/relay.ts";
import { schedule } from "../../../kit/events/timers.ts";
import { testDatabase, type TestDatabase } from "../../../kit/testing/database.ts";
import { quietLog, sampleCatalogue, sampleEvent } from "../../../kit/testing/sample-events.ts";

const names = ["users", "menu", "orders", "delivery", "payments"] as const;
type Name = (typeof names)[number];

let databases: Record<Name, TestDatabase>;
let settings: Record<string, string>;
beforeAll(async () => {
  const made = await Promise.all(names.map(async (name) => [name, await testDatabase(name)] as const));
  databases = Object.fromEntries(made) as Record<Name, TestDatabase>;
  settings = Object.fromEntries(made.map(([name, { url }]) => [`${name.toUpperCase()}_DATABASE_URL`, url]));
});
afterAll(() => Promise.all(names.map((name) => databases[name].close())));

async function ops(...args: string[]) {
  const main = join(import.meta.dirname, "../main.ts");
  const child = spawn(process.execPath, [main, "sagas", ...args], { env: settings });
  const [out, problems, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
  return { code: code as number | null, out, problems };
}
const told = async (...args: string[]) => JSON.parse((await ops(...args, "--json")).out);

const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000);

/** An order that came into `state` so many minutes ago, without a name or address. */
async function order(state: string, minutes: number, change: Record<string, unknown> = {}): Promise<string> {
  const { sql } = databases.orders;
  const id = newId("ord");
  const row = {
    id: toUuid(id),
    quote_id: toUuid(newId("qot")),
    customer_id: toUuid(newId("usr")),
    restaurant_id: toUuid(newId("rst")),
    state,
    fulfilment: "DELIVERY",
    currency: "IDR",
    ...Object.fromEntries(
      ["items", "discount", "tax", "delivery_fee", "service_fee", "small_order_fee", "tip", "total"].map((name) => [
        `${name}_minor`,
        0,
      ]),
    ),
    tax_inclusive: false,
    restaurant_name: "Warung",
    pickup_latitude: 0,
    pickup_longitude: 0,
    distance_meters: 0,
    prep_seconds: 600,
    created_at: ago(minutes + 5),
    ...change,
  };
  await sql`insert into orders ${sql(row)}`;
  const step = { order_id: row.id, position: 0, from_state: null, to_state: state, cause: "ORDER_CREATED" };
  await sql`insert into order_history ${sql({ ...step, actor: "CUSTOMER", trace_id: "", at: ago(minutes) })}`;
  return id;
}

/** A payment of the order with an attempt that the provider has not answered. */
async function paymentOf(orderId: string): Promise<string> {
  const { sql } = databases.payments;
  const id = newId("pay");
  const people = { customer_id: toUuid(newId("usr")), restaurant_id: toUuid(newId("rst")) };
  const money = { currency: "IDR", amount_minor: 100, commission_bps: 0, payment_method: "pm_card_visa" };
  const row = { id: toUuid(id), order_id: toUuid(orderId), ...people, state: "CAPTURING", ...money };
  await sql`insert into payments ${sql({ ...row, amounts: sql.json({}) as never, created_at: ago(9) })}`;
  const attempt = { idempotency_key: `capture-${id}`, payment_id: row.id, operation: "CAPTURE", state: "LIVE" };
  await sql`insert into payment_attempts ${sql({ ...attempt, created_at: ago(8) })}`;
  return id;
}

async function deliveryOf(orderId: string): Promise<string> {
  const { sql } = databases.delivery;
  const id = newId("dlv");
  const people = { customer_id: toUuid(newId("usr")), restaurant_id: toUuid(newId("rst")) };
  const row = { id: toUuid(id), order_id: toUuid(orderId), ...people, state: "SEARCHING", kitchen: "READY" };
  await sql`insert into deliveries ${sql({ ...row, pickup_code: "1234", created_at: ago(9), trace_id: "" })}`;
  return id;
}

const timersOf = (name: Name, key: string) =>
  databases[name].sql<{ name: string; run_at: Date; attempt: number }[]>`
    select name, run_at, attempt from timers where key = ${key} order by name`;

/** The audit entries about this order that wait to be sent, by subgraph. */
async function audits(orderId: string) {
  const found = await Promise.all(
    names.map(async (name) => {
      const events = await outboxEvents(databases[name].db);
      return events.map(
        (event) => [name, event.data as { action?: string; subjectId?: string; actorId?: null }] as const,
      );
    }),
  );
  return found
    .flat()
    .filter(([, data]) => data.action === "saga.nudged" && data.subjectId === orderId)
    .map(([name]) => name);
}

test("list shows who is past the time of their state, the longest first, and nobody else", async () => {
  const late = await order("PLACED", 30);
  const later = await order("CANCELLING", 90);
  await order("PLACED", 2);
  await order("SCHEDULED", 600, { scheduled_for: new Date(Date.now() + 86_400_000) });
  await order("PREPARING", 50, { ready_at: ago(20) });
  await order("COMPLETED", 9_000);
  const { live, stuck } = await told("list");
  expect(live).toBe(5);
  expect(stuck.map((one: { orderId: string }) => one.orderId)).toEqual([later, late]);
  expect(stuck[1]).toMatchObject({ state: "PLACED", mover: "the restaurant", move: "to accept or reject it" });
  const { code, out } = await ops();
  expect(code).toBe(0);
  expect(out).toMatch(new RegExp(`^${later} CANCELLING .* 70 min late: payments and delivery to settle`));
  expect(out.trimEnd().split("\n").at(-1)).toBe("2 of 5 orders on their way are past their time");
});

test("explain tells where it stands in every subgraph, and what it waits for", async () => {
  const orderId = await order("READY", 10, { captured_at: ago(20) });
  const paymentId = await paymentOf(orderId);
  const deliveryId = await deliveryOf(orderId);
  await schedule(databases.orders.db, { name: "no-courier", key: orderId, dueAt: new Date(Date.now() + 60_000) });
  const { sql } = databases.menu;
  const held = { id: toUuid(newId("rsv")), order_id: toUuid(orderId), restaurant_id: toUuid(newId("rst")) };
  await sql`insert into stock_reservations ${sql({ ...held, state: "COMMITTED", expires_at: ago(1), created_at: ago(9) })}`;
  const saga = await told("explain", orderId);
  expect(saga).toMatchObject({
    order: { orderId, state: "READY" },
    history: [{ to: "READY", cause: "ORDER_CREATED" }],
    payment: { paymentId, state: "CAPTURING", live: { operation: "CAPTURE", idempotencyKey: `capture-${paymentId}` } },
    delivery: { deliveryId, state: "SEARCHING", courierId: null, openOffers: 0 },
    reservation: { state: "COMMITTED" },
    timers: [{ subgraph: "orders", name: "no-courier" }],
    waitsFor: expect.stringMatching(/^It waits for the card provider's answer to CAPTURE, asked for at /),
  });
  const { code, out } = await ops("explain", orderId);
  expect(code).toBe(0);
  expect(out).toContain(`delivery   ${deliveryId} SEARCHING, kitchen READY, courier none, 0 open offers`);
  expect(out.trimEnd().split("\n").at(-1)).toBe(saga.waitsFor);
});

test("nudge has failed timers run, sets lost ones, leaves those that are not due, and is on record", async () => {
  const orderId = await order("DELIVERED", 26 * 60);
  const paymentId = await paymentOf(orderId);
  const deliveryId = await deliveryOf(orderId);
  const { sql } = databases.payments;
  const failing = { name: "payment.call", key: paymentId, due_at: ago(9), run_at: new Date(Date.now() + 300_000) };
  await sql`insert into timers ${sql({ ...failing, trace_id: "", attempt: 7, error: "Error: away" })}`;
  const notDue = new Date(Date.now() + 3_600_000);
  await schedule(databases.delivery.db, { name: "delivery.search-limit", key: deliveryId, dueAt: notDue });
  const { done } = await told("nudge", orderId);
  expect(done).toEqual([
    { subgraph: "orders", what: expect.stringMatching(/^set the timer completion-due for /) },
    { subgraph: "delivery", what: expect.stringMatching(/^set the timer delivery.match for /) },
    { subgraph: "payments", what: "run the timer payment.call now" },
  ]);
  const [call] = await timersOf("payments", paymentId);
  expect(call).toMatchObject({ name: "payment.call", attempt: 7 });
  expect(call!.run_at.getTime()).toBeLessThanOrEqual(Date.now());
  expect((await timersOf("orders", orderId)).map(({ name }) => name)).toEqual(["completion-due"]);
  expect((await timersOf("delivery", deliveryId))[0]?.run_at).toEqual(notDue);
  expect(await audits(orderId)).toEqual(["orders", "delivery", "payments"]);
});

test("nudge sets a lost timer of a state that is not over for its end, never sooner", async () => {
  const orderId = await order("PLACED", 1);
  await ops("nudge", orderId);
  const [timer] = await timersOf("orders", orderId);
  expect(timer?.name).toBe("acceptance-timeout");
  expect(timer!.run_at.getTime()).toBeGreaterThan(Date.now() + 5 * 60_000);
});

test("nudge offers an event again whose turn it is, and it takes effect once", async () => {
  const orderId = await order("PLACED", 1);
  const applied: number[] = [];
  let broken = true;
  const inbox = createInbox({
    db: databases.orders.db,
    catalogue: sampleCatalogue,
    handlers: {
      "thing.made.v1": async (_tx: unknown, event: Event) => {
        if (broken) throw new Error("no such thing");
        applied.push(event.aggregateVersion);
      },
    },
    deps: {},
    clock: systemClock(0),
    log: quietLog,
    maxAttempts: 1,
  });
  const [first, second] = [sampleEvent(orderId, 1), sampleEvent(orderId, 2)];
  expect(await inbox.receive(second)).toBe("parked");
  expect(await inbox.receive(first)).toBe("quarantined");
  expect((await told("explain", orderId)).waitsFor).toMatch(/^It waits for an operator: orders has put thing.made.v1/);
  broken = false;
  const { done } = await told("nudge", orderId);
  expect(done.map((one: { what: string }) => one.what)).toContain(`try thing.made.v1 (${first.id}) again`);
  await inbox.resume();
  await inbox.resume();
  expect(applied).toEqual([1, 2]);
  expect((await told("nudge", orderId)).done).toEqual([]);
});

test("an order that is over has nothing to be done again", async () => {
  const orderId = await order("COMPLETED", 1);
  const { code, out } = await ops("nudge", orderId);
  expect({ code, out }).toEqual({ code: 0, out: `nothing to do again for ${orderId}: It is over: COMPLETED.\n` });
  expect(await audits(orderId)).toEqual([]);
});

test("an unknown verb is refused", async () => {
  const { code, out, problems } = await ops("burn");
  expect({ code, out }).toEqual({ code: 2, out: "" });
  expect(problems).toMatch(/^npm run ops: no such command: sagas burn; [^\n]+\n$/);
});

const unknown = newId("ord");
test.for<[string, string[], string]>([
  ["no order", ["explain"], "name one order by its id: ord_…"],
  ["what is no order", ["nudge", "pay_1"], "name one order by its id: ord_…"],
  ["an unknown order", ["explain", unknown], `there is no order ${unknown}`],
])("%s is refused in one line", async ([, args, problem]) => {
  const { code, out, problems } = await ops(...args);
  expect({ code, out }).toEqual({ code: 1, out: "" });
  expect(problems.trimEnd()).toContain(problem);
  expect(problems.trimEnd()).not.toContain("\n");
});
