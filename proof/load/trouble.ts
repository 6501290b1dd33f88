/** Support's part in orders that come to a bad end: it calls them off late, asks for food back, and says whose fault it was. */
import { demoEmail } from "../../demo/world/world.ts";
import { pause, type City } from "./city.ts";
import { insist } from "./customer.ts";
import { person, type Outcome, type Person } from "./person.ts";
import type { Trouble } from "./trouble-plan.ts";

type Seen = { state: string; delivery: { id: string; state: string } | null };

const query = `query Trouble($id: ID!) { order(id: $id) { state delivery { id state } } }`;
const ended = ["COMPLETED", "PAYMENT_FAILED", "REJECTED", "EXPIRED", "CANCELLED", "DELIVERY_FAILED"];

/** Looks at the order until it is where it is waited for; null when it ended before, or everybody goes home. */
async function until(city: City, support: Person, orderId: string, isThere: (seen: Seen) => boolean) {
  for (;;) {
    const answer = await insist(city, () => support.read<{ order: Seen | null }>(query, { id: orderId }));
    const order = answer?.order ?? null;
    if (order === null || ended.includes(order.state)) return null;
    if (isThere(order)) return order;
    await pause(1_000);
  }
}

/** As far as orders go before they are on their way. */
const steps = ["PLACED", "ACCEPTED", "PREPARING", "READY"];

/** Asks until it is done: an order may be seen to be where it is waited for, and orders not know of it yet. */
async function insistOn(city: City, support: Person, orderId: string, mutation: string, input: object) {
  for (;;) {
    const answer = await insist(city, () => support.change(mutation, input));
    if (answer?.__typename !== "WrongOrderStateError") return answer;
    if ((await until(city, support, orderId, () => true)) === null) return answer;
    await pause(1_000);
  }
}

const write = (city: City, orderId: string, fault: string, answer: Outcome | null) => {
  if (answer) city.file.write({ kind: "trouble", orderId, fault, answer: answer.__typename });
};

async function callOff(city: City, support: Person, orderId: string, { at, fault }: Trouble): Promise<void> {
  // The kitchen may have gone on before it knew.
  const isThere = ({ state }: Seen) => steps.indexOf(state) >= steps.indexOf(at) || !steps.includes(state);
  const there = await until(city, support, orderId, (seen) => seen.state !== "PENDING_PAYMENT" && isThere(seen));
  if (there === null || !steps.includes(there.state)) return;
  // The courier may be on the way by then, or at the counter.
  await pause(4_000);
  const input = { orderId, fault, reason: "It was called off." };
  write(city, orderId, fault, await insist(city, () => support.change("cancelOrderForFault", input)));
}

async function decide(city: City, support: Person, orderId: string, trouble: Trouble & { kind: "FAILED" }) {
  const there = await until(city, support, orderId, ({ delivery }) => delivery?.state === "FAILED");
  const deliveryId = there?.delivery?.id;
  if (deliveryId === undefined) return;
  const { back, fault } = trouble;
  if (back === "ASKED") await insist(city, () => support.change("requestReturn", { deliveryId }));
  const input = { orderId, fault, reason: "It could not be handed over." };
  write(city, orderId, fault, await insistOn(city, support, orderId, "resolveFailedDelivery", input));
}

/** Opens the desk; `close` resolves when every troubled order was seen to, or everybody goes home. */
export function openTroubleDesk(city: City): { close(): Promise<void> } {
  const support = person(city.graphqlUrl, demoEmail.support());
  const cases: Promise<void>[] = [];
  let closing = false;
  const desk = async (): Promise<void> => {
    while (!city.over) {
      const next = city.reported.shift();
      if (next !== undefined) {
        const { orderId, trouble } = next;
        const seen =
          trouble.kind === "LATE" ? callOff(city, support, orderId, trouble) : decide(city, support, orderId, trouble);
        cases.push(seen.catch(() => undefined));
      } else if (closing) return;
      else await pause(300);
    }
  };
  const open = desk();
  return {
    close: async () => {
      closing = true;
      await open;
      await Promise.all(cases);
    },
  };
}
