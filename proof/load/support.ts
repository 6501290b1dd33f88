/** Support: gives back parts of completed orders, as their customers would have it. */
import { demoEmail } from "../../demo/world/world.ts";
import { pause, type City } from "./city.ts";
import { insist } from "./customer.ts";
import { refundPlanOf, type RefundPlan } from "./money-plan.ts";
import { person, Unanswered, type Person } from "./person.ts";

type Line = { orderLineId: string; quantity: number };
type Payment = { id: string; captured: { amount: number }; lines: Line[] };
type Wanted = { amountMinor: number } | { lines: Line[] };

async function paymentOf(support: Person, orderId: string): Promise<Payment> {
  type Seen = { order: { payment: Payment | null } | null };
  const query = `query Complaint($id: ID!) { order(id: $id) { payment { id captured { amount } lines { orderLineId quantity } } } }`;
  const { order } = await support.read<Seen>(query, { id: orderId });
  if (!order?.payment) throw new Unanswered("no payment");
  return order.payment;
}

const refund = (support: Person, paymentId: string, wanted: Wanted, fault: string, idempotencyKey: string) =>
  support.change(
    "refundPayment",
    { paymentId, ...wanted, fault, reason: "Something was missing.", idempotencyKey },
    "refund { id amount { amount } }",
  );

type Request = { paymentId: string; wanted: Wanted; key: string };

/** Asks until there is an answer, and writes it down. */
async function give(city: City, support: Person, { paymentId, wanted, key }: Request, fault: string): Promise<void> {
  const answer = await insist(city, () => refund(support, paymentId, wanted, fault, key));
  if (!answer) return;
  const made = answer["refund"] as { id: string; amount: { amount: number } } | undefined;
  const accepted = made ? { refundId: made.id, amountMinor: made.amount.amount } : {};
  city.file.write({ kind: "refund", paymentId, key, answer: answer.__typename, ...accepted });
}

/** What the plan comes to for this payment; empty when nothing is to be given back. */
function requestsOf({ kind, share, key }: RefundPlan, { id: paymentId, captured, lines }: Payment): Request[] {
  const amount = (thousandths: number) => ({
    amountMinor: Math.max(1, Math.floor((captured.amount * thousandths) / 1_000)),
  });
  const line = lines[0];
  switch (kind) {
    case "part":
      return [{ paymentId, wanted: amount(share), key }];
    case "line":
      return line ? [{ paymentId, wanted: { lines: [{ orderLineId: line.orderLineId, quantity: 1 }] }, key }] : [];
    case "contest":
      return ["one", "other"].map((name) => ({ paymentId, wanted: amount(600), key: `${key}-${name}` }));
    default:
      return [];
  }
}

/** Asks for more than there is; the answer has to say so. */
async function overdo(city: City, support: Person, plan: RefundPlan, payment: Payment): Promise<void> {
  const { id: paymentId, captured, lines } = payment;
  const [line] = lines;
  const of = plan.kind === "over-line" && line ? "line" : "payment";
  const wanted: Wanted =
    of === "line" && line
      ? { lines: [{ orderLineId: line.orderLineId, quantity: line.quantity + 1 }] }
      : { amountMinor: captured.amount + 1 };
  const answer = await insist(city, () => refund(support, paymentId, wanted, plan.fault, plan.key));
  if (answer) city.file.write({ kind: "refund-over", paymentId, of, answer: answer.__typename });
}

async function attend(city: City, support: Person, orderId: string, plan: RefundPlan): Promise<void> {
  if (plan.kind === "nothing") return;
  const payment = await insist(city, () => paymentOf(support, orderId));
  if (!payment) return;
  if (plan.kind === "over" || plan.kind === "over-line") return overdo(city, support, plan, payment);
  const requests = requestsOf(plan, payment);
  const all = plan.twice ? [...requests, ...requests] : requests;
  await Promise.all(all.map((each) => give(city, support, each, plan.fault)));
}

/** Opens support's desk; `close` resolves when every completed order was attended to, or everybody goes home. */
export function openSupport(city: City): { close(): Promise<void> } {
  const support = person(city.graphqlUrl, demoEmail.support());
  let closing = false;
  let number = 0;
  const desk = async (): Promise<void> => {
    while (!city.over) {
      const orderId = city.complaints.shift();
      if (orderId !== undefined) await attend(city, support, orderId, refundPlanOf(city.seed, number++));
      else if (closing) return;
      else await pause(300);
    }
  };
  const open = desk();
  return {
    close: () => {
      closing = true;
      return open;
    },
  };
}
