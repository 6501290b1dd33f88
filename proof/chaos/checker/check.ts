/** The independent checker: every invariant of the domain, one file each, over evidence that it reads by itself. */
import { checkClosedDays } from "./closed-days.ts";
import { checkEndings } from "./endings.ts";
import { checkEventsOnce } from "./events-once.ts";
import { gather, orderKey, type Evidence, type Sources } from "./evidence.ts";
import { checkLedgerBalances, ledgerSum } from "./ledger-balances.ts";
import { checkLegalHistories } from "./legal-histories.ts";
import { checkNothingKept } from "./nothing-kept.ts";
import { checkOneCapture, doubleCharged } from "./one-capture.ts";
import { checkOneCourier } from "./one-courier.ts";
import { checkOrderTotals } from "./order-totals.ts";
import { checkOwnTenants } from "./own-tenants.ts";
import { checkPayoutsOnce } from "./payouts-once.ts";
import { checkPayoutsWithinBalance } from "./payouts-within-balance.ts";
import { checkPromotions } from "./promotions.ts";
import { checkRefundsOnce } from "./refunds-once.ts";
import { checkSameKeySameOrder, lostOrders } from "./same-key-same-order.ts";
import { checkStoredBalances } from "./stored-balances.ts";
import { checkStock } from "./stock.ts";
import { terminal, type Say, type Violation } from "./violation.ts";

/** What was found. `states` counts the run's orders by state. */
export type Findings = {
  violations: Violation[];
  lost: number;
  doubleCharged: number;
  ledgerSum: number;
  nonTerminal: number;
  /** Of the orders that support did not end on purpose. */
  completedShare: number;
  states: Record<string, number>;
  /** What there was to check of money beyond orders: payouts, refunds and transfers by state, closed days. */
  money: Record<string, number>;
};

/** The state in which each customer saw their order end. */
const endedStates = ({ told }: Evidence) =>
  new Map(
    told
      .filter(({ kind }) => kind === "ended")
      .map((line) => [orderKey(line["orderId"]), String(line["state"])] as const),
  );

const ends = new Set(["REJECTED", "CANCELLING", "CANCELLED", "DELIVERY_FAILED"]);
const people = new Set(["CUSTOMER", "RESTAURANT", "SUPPORT"]);

/** Orders that a customer, a restaurant or support ended on purpose: how many there are is drawn, not shown by the run. */
const endedOnPurpose = ({ orders, history }: Evidence): number =>
  [...orders].filter(
    ([id, { state }]) =>
      state !== "COMPLETED" &&
      (history.get(id) ?? []).some(({ to_state: to, actor }) => ends.has(String(to)) && people.has(String(actor))),
  ).length;

function moneyOf({ money, payments }: Evidence): Record<string, number> {
  const ours = new Set([...payments.values()].map((row) => String(row["id"])));
  const seen = [
    ...money.payouts.map(({ kind, state }) => `${kind} payouts ${state}`),
    ...money.refunds
      .filter((row) => ours.has(String(row["payment_id"])))
      .map(({ cause, state }) => `${cause} refunds ${state}`),
    ...money.days.map(() => "closed days"),
  ];
  return Object.fromEntries([...Map.groupBy(seen, (name) => name)].map(([name, all]) => [name, all.length]));
}

function violationsOf(evidence: Evidence): Violation[] {
  const violations: Violation[] = [];
  const of =
    (invariant: number): Say =>
    (orderId, what) =>
      void violations.push({ invariant, orderId, what });
  checkLedgerBalances(evidence, of(1));
  checkStoredBalances(evidence, of(1));
  checkClosedDays(evidence, of(1));
  checkOneCapture(evidence, of(2));
  checkRefundsOnce(evidence, of(2));
  checkOrderTotals(evidence, of(3));
  checkSameKeySameOrder(evidence, of(4));
  checkLegalHistories(evidence, endedStates(evidence), of(5));
  checkNothingKept(evidence, of(6));
  checkOneCourier(evidence, of(7));
  checkStock(evidence, of(8));
  checkPromotions(evidence, of(8));
  checkOwnTenants(evidence, of(9));
  checkEventsOnce(evidence, of(10));
  checkPayoutsOnce(evidence, of(11));
  checkPayoutsWithinBalance(evidence, of(11));
  checkEndings(evidence, of(12));
  return violations;
}

/** Checks a run that has come to rest. Reads only. */
export async function check(sources: Sources): Promise<Findings> {
  const evidence = await gather(sources);
  const states: Record<string, number> = {};
  for (const { state } of evidence.orders.values()) states[state] = (states[state] ?? 0) + 1;
  const total = evidence.orders.size;
  const left = total - endedOnPurpose(evidence);
  const count = (wanted: (state: string) => boolean) =>
    Object.entries(states).reduce((sum, [state, number]) => sum + (wanted(state) ? number : 0), 0);
  return {
    violations: violationsOf(evidence),
    lost: lostOrders(evidence).length,
    doubleCharged: doubleCharged(evidence).length,
    ledgerSum: ledgerSum(evidence),
    nonTerminal: count((state) => !terminal.has(state)),
    completedShare: left === 0 ? 0 : Math.round((count((state) => state === "COMPLETED") / left) * 10_000) / 10_000,
    states,
    money: moneyOf(evidence),
  };
}
