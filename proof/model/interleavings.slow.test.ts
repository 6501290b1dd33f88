/** Two people act at once: fast-check decides after each statement who goes on, and shrinks to the shortest way that goes wrong. */
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { newId, toUuid } from "../../kit/id.ts";
import { newTraceId } from "../../kit/server/trace.ts";
import { openDatabase, type Database } from "../../kit/database/db.ts";
import { gatedDatabase } from "../../kit/testing/gated-database.ts";
import { cancelAsCustomer } from "../../subgraphs/orders/actions/cancel-order.ts";
import { handleAsRestaurant } from "../../subgraphs/orders/actions/handle-as-restaurant.ts";
import { placeOrder } from "../../subgraphs/orders/actions/place-order.ts";
import { timers } from "../../subgraphs/orders/timers.ts";
import type { Deps as OrdersDeps } from "../../subgraphs/orders/deps.ts";
import { refundPayment } from "../../subgraphs/payments/actions/refund-payment.ts";
import type { Deps as PaymentsDeps } from "../../subgraphs/payments/deps.ts";
import { randomOf } from "../chaos/random.ts";
import { look, lookAround } from "./look.ts";
import { act, newScene, openTown, type Scene, type Town } from "./people.ts";
import { startModelSystem, type ModelSystem, type Subgraph } from "./system.ts";

let system: ModelSystem;
let town: Town;
let databases: { orders: Database; payments: Database };
beforeAll(async () => {
  system = await startModelSystem();
  town = await openTown(system);
  const open = ({ database }: Subgraph) => openDatabase({ url: database.url });
  databases = { orders: open(system.orders), payments: open(system.payments) };
});
afterAll(async () => {
  await Promise.all([databases?.orders.close(), databases?.payments.close()]);
  await system?.stop();
});

const runs = { numRuns: 15, interruptAfterTimeLimit: 90_000 };

/** The dependencies of one person's request: every statement asks the scheduler. */
const ordersDeps = (who: string, s: fc.Scheduler): OrdersDeps => ({
  ...(system.orders.deps as OrdersDeps),
  db: gatedDatabase(databases.orders.sql, (statement) =>
    s.schedule(Promise.resolve(), `${who}: ${statement.slice(0, 40)}`),
  ),
});
const paymentsDeps = (who: string, s: fc.Scheduler): PaymentsDeps => ({
  ...(system.payments.deps as PaymentsDeps),
  db: gatedDatabase(databases.payments.sql, (statement) =>
    s.schedule(Promise.resolve(), `${who}: ${statement.slice(0, 40)}`),
  ),
});

const userOf = (caller: Scene["customer"]) => (caller.kind === "user" ? caller.userId : "");
const asker = (caller: Scene["customer"]) => ({ userId: userOf(caller), traceId: newTraceId() });
const settle = () => system.settle(randomOf(1, "mail"));

async function quoteOf(scene: Scene, change: object = {}): Promise<string> {
  const { restaurantId, itemId, customer } = scene;
  const input = { restaurantId, lines: [{ itemId, quantity: 1 }], fulfilment: "PICKUP", ...change };
  const quoted = await act(system.orders, customer, "quoteCart", input, "... on QuoteCartSuccess { quote { id } }");
  return quoted["quote"].id;
}

/** An order that waits for the restaurant. */
async function placed(scene: Scene, change: object = {}): Promise<string> {
  const input = { quoteId: await quoteOf(scene, change), paymentMethod: "pm_card_visa", idempotencyKey: newId("key") };
  const fields = "... on PlaceOrderSuccess { order { id } }";
  const answer = await act(system.orders, scene.customer, "placeOrder", input, fields);
  await settle();
  return answer["order"].id;
}

const accept = (who: string, s: fc.Scheduler, scene: Scene, orderId: string, prepSeconds = 600) =>
  handleAsRestaurant(ordersDeps(who, s), asker(scene.owner), {
    orderId,
    change: (_, now) => ({
      cause: "RESTAURANT_ACCEPTED",
      patch: { acceptedAt: now, prepSeconds, readyAt: new Date(now.getTime() + prepSeconds * 1_000) },
    }),
    wrote: (order) => order.prepSeconds === prepSeconds,
  });

/** The restaurant's time is up. */
const expire = (who: string, s: fc.Scheduler, orderId: string) => {
  const timer = { name: "acceptance-timeout", key: orderId, dueAt: new Date(), payload: null, attempt: 1 };
  return timers["acceptance-timeout"]!({ ...timer, traceId: newTraceId() }, ordersDeps(who, s));
};

const published = async (orderId: string, type: string) =>
  (await system.orders.outbox()).filter((event) => event.aggregateId === orderId && event.type === type).length;

test("a cancellation against an acceptance: one of them wins, the other learns so, and the money follows", async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), async (s) => {
      const scene = await newScene(system, town);
      const orderId = await placed(scene);
      const cancel = cancelAsCustomer(ordersDeps("customer", s), asker(scene.customer), {
        orderId,
        reason: null,
        maxFeeMinor: 0,
      });
      const [cancelled, accepted] = await s.waitFor(Promise.all([cancel, accept("owner", s, scene, orderId)]));
      expect(cancelled.ok).not.toBe(accepted.ok);
      if (!cancelled.ok) expect(cancelled.error.tag).toBe("FEE_REQUIRED");
      if (!accepted.ok) expect(accepted.error).toEqual({ tag: "WRONG_STATE", state: "CANCELLING" });
      await settle();
      const [seen] = await look(system, [orderId]);
      expect(seen).toMatchObject(
        cancelled.ok
          ? { order: "CANCELLED", payment: "VOIDED", stock: "RELEASED" }
          : { order: "ACCEPTED", payment: "CAPTURED", stock: "COMMITTED" },
      );
    }),
    runs,
  );
});

test("two acceptances: one wins and is told once", async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), async (s) => {
      const scene = await newScene(system, town);
      const orderId = await placed(scene);
      const both = [accept("one", s, scene, orderId), accept("other", s, scene, orderId, 900)];
      const answers = await s.waitFor(Promise.all(both));
      expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
      expect(answers.find(({ ok }) => !ok)).toEqual({ ok: false, error: { tag: "WRONG_STATE", state: "ACCEPTED" } });
      expect(await published(orderId, "order.accepted.v1")).toBe(1);
    }),
    runs,
  );
});

test("an acceptance against the end of its time: the order is accepted or expired, never both", async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), async (s) => {
      const scene = await newScene(system, town);
      const orderId = await placed(scene);
      const both = [accept("owner", s, scene, orderId), expire("timer", s, orderId)] as const;
      const [accepted] = await s.waitFor(Promise.all(both));
      const told = [await published(orderId, "order.accepted.v1"), await published(orderId, "order.expired.v1")];
      expect(told).toEqual(accepted.ok ? [1, 0] : [0, 1]);
      await settle();
      const [seen] = await look(system, [orderId]);
      expect(seen).toMatchObject(
        accepted.ok ? { order: "ACCEPTED", payment: "CAPTURED" } : { order: "EXPIRED", payment: "VOIDED" },
      );
    }),
    runs,
  );
});

test("a rejection against the end of its time: the promotion goes back once", async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), async (s) => {
      const scene = await newScene(system, town);
      const orderId = await placed(scene, { promotionCode: scene.code });
      const reject = handleAsRestaurant(ordersDeps("owner", s), asker(scene.owner), {
        orderId,
        change: () => ({ cause: "RESTAURANT_REJECTED" }),
        reason: "no rice",
      });
      const [rejected] = await s.waitFor(Promise.all([reject, expire("timer", s, orderId)]));
      await settle();
      const [seen] = await look(system, [orderId]);
      expect(seen).toMatchObject({ order: rejected.ok ? "REJECTED" : "EXPIRED", promotion: "RESTORED" });
      expect(await lookAround(system, scene)).toMatchObject({ redeemed: 0 });
    }),
    runs,
  );
});

test("two orders and the last of a promotion: one has it, the other's order is not there", async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), async (s) => {
      const scene = await newScene(system, town);
      await system.orders.sql`update promotions set limit_total = 1 where id = ${toUuid(scene.promotionId)}::uuid`;
      const place = async (who: string, quoteId: string) =>
        placeOrder(
          ordersDeps(who, s),
          asker(scene.customer),
          {
            quoteId,
            paymentMethod: "pm_card_visa",
            idempotencyKey: newId("key"),
          },
          null,
        );
      const promotionCode = scene.code;
      const quotes = [await quoteOf(scene, { promotionCode }), await quoteOf(scene, { promotionCode })];
      const answers = await s.waitFor(Promise.all(quotes.map((quoteId, n) => place(`order ${n}`, quoteId))));
      expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
      const lost = answers.find(({ ok }) => !ok);
      expect(lost).toMatchObject({ error: { tag: "PROMOTION", problem: "USED_UP", freshQuoteId: expect.any(String) } });
      const [row] = await system.orders.sql<{ redeemed: number; placed: number }[]>`
        select p.redeemed, (select count(*)::int from orders o where o.customer_id = ${toUuid(userOf(scene.customer))}::uuid) as placed
        from promotions p where p.id = ${toUuid(scene.promotionId)}::uuid`;
      expect(row).toEqual({ redeemed: 1, placed: 1 });
    }),
    runs,
  );
});

test("refunds at once never pay back more than was taken, and are refused only for what is not left", async () => {
  const percents = fc.array(fc.integer({ min: 10, max: 90 }), { minLength: 2, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), percents, async (s, shares) => {
      const scene = await newScene(system, town);
      const orderId = await placed(scene);
      const input = { orderId, prepMinutes: 10 };
      await act(system.orders, scene.owner, "acceptOrder", input);
      await settle();
      const [before] = await look(system, [orderId]);
      const captured = before!.capturedMinor;
      const query = `query ($id: ID!) { _entities(representations: [{ __typename: "Order", id: $id }]) { ... on Order { payment { id } } } }`;
      const { data } = await system.payments.graphql(query, { id: orderId }, scene.support);
      const paymentId: string = data?._entities[0].payment.id;
      const asked = shares.map((share) => Math.floor((captured * share) / 100));
      const answers = await s.waitFor(
        Promise.all(
          asked.map((amountMinor, n) =>
            refundPayment(
              paymentsDeps(`admin ${n}`, s),
              { id: newId("usr"), isAdmin: true },
              { paymentId, amountMinor, reason: "cold food", idempotencyKey: newId("key") },
              newTraceId(),
            ),
          ),
        ),
      );
      const granted = asked.filter((_, n) => answers[n]!.ok).reduce((sum, amount) => sum + amount, 0);
      expect(granted).toBeLessThanOrEqual(captured);
      for (const [n, answer] of answers.entries())
        if (!answer.ok) {
          expect(answer.error.tag).toBe("EXCEEDS_CAPTURE");
          expect(asked[n]).toBeGreaterThan(captured - granted);
        }
      await settle();
      const [after] = await look(system, [orderId]);
      expect(after).toMatchObject({ capturedMinor: captured, refundedMinor: granted });
    }),
    runs,
  );
});
