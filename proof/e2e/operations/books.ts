/** The books: a refund by line and who bears it, statements, trial balance, what the reconciler found. */
import { demoCurrency, demoTimeZone } from "../../../demo/world/world.ts";
import { restaurantId, type World } from "./world.ts";

type Amount = { amount: number };
type Line = { order: { id: string } | null; refunds: Amount; net: Amount };
type Statement = {
  opening: Amount;
  closing: Amount;
  lines: { edges: { node: Line }[]; pageInfo: { hasNextPage: boolean } };
};

/** The business day, YYYY-MM-DD. */
function today(): string {
  return Temporal.Now.plainDateISO(demoTimeZone).toString();
}

function addsUp({ opening, closing, lines }: Statement): boolean {
  const moved = lines.edges.reduce((sum, { node }) => sum + node.net.amount, 0);
  return lines.pageInfo.hasNextPage || opening.amount + moved === closing.amount;
}

/** One piece of the order's first line is paid back for the restaurant's fault. */
async function refundLine({ admin }: World, orderId: string): Promise<void> {
  const { order } = await admin.run<{ order: { payment: { id: string } } }>("OrderFile", { id: orderId });
  const { id } = order.payment;
  type Refundable = { payment: { lines: { orderLineId: string; quantity: number }[]; refunds: { fault: string }[] } };
  const { payment } = await admin.run<Refundable>("RefundablePayment", { id });
  const [line] = payment.lines;
  if (!line) throw new Error("the payment has no lines");
  const input = { paymentId: id, reason: "A dish was missing", fault: "RESTAURANT" };
  const lines = (quantity: number) => [{ orderLineId: line.orderLineId, quantity }];
  const key = () => ({ idempotencyKey: crypto.randomUUID() });
  await admin.run(
    "RefundLines",
    { input: { ...input, ...key(), lines: lines(line.quantity + 1) } },
    "RefundExceedsLineError",
  );
  await admin.run("RefundLines", { input: { ...input, ...key(), lines: lines(1) } });
}

/** The order's restaurant and one of its couriers read their statements, an admin the day's books. */
export async function keepBooks(world: World, orderId: string): Promise<void> {
  const { admin, owner, couriers } = world;
  await refundLine(world, orderId);
  const day = today();
  const from = Temporal.PlainDate.from(day).subtract({ days: 1 }).toString();
  const window = { from, to: day, currency: demoCurrency, first: 100 };
  type Restaurant = { restaurant: { statement: Statement } };
  const borne = ({ restaurant: { statement } }: Restaurant) =>
    statement.lines.edges.some(({ node }) => node.order?.id === orderId && node.refunds.amount > 0);
  const { restaurant } = await owner.watch<Restaurant>("RestaurantStatement", { restaurantId, ...window }, borne);
  type Courier = { myCourier: { statement: Statement } };
  const { myCourier } = await couriers[2].run<Courier>("MyStatement", window);
  if (![restaurant.statement, myCourier.statement].every(addsUp)) throw new Error("a statement does not add up");
  type Books = { trialBalance: { debits: Amount; credits: Amount } };
  const { trialBalance } = await admin.run<Books>("TrialBalance", { day, currency: demoCurrency });
  if (trialBalance.debits.amount !== trialBalance.credits.amount) throw new Error("the day does not balance");
  await admin.run("ReconciliationFindings");
  const resolved = { findingId: "fnd_01jz0000000000000000000000", resolution: "Nothing to see" };
  await admin.run("ResolveFinding", { input: resolved }, "NotFoundError");
}
