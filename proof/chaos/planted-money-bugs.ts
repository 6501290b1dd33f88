/** Bugs in payouts, refunds and the books, planted like the others. */
import { putsOf, type PlantedBug, type Put } from "./planted-bug.ts";

/** A payout of the provider's that arrived and stayed, with the transfer that it was made of. */
function lastPayout(puts: readonly Put[]): { transfer: Put["value"]; payout: Put["value"] } {
  const kept = [...new Map(puts.map((put) => [put.value["id"], put])).values()];
  const payout = kept.findLast(({ kind, value }) => kind === "payout" && value["status"] === "paid")?.value;
  const about = (value: Put["value"]) => (value["metadata"] as Record<string, string>)["payout_id"];
  const transfer = kept.findLast(
    ({ kind, value }) => kind === "transfer" && payout !== undefined && about(value) === about(payout),
  );
  if (!payout || !transfer) throw new Error("nothing was paid out");
  return { transfer: transfer.value, payout };
}

/** The provider transferred and paid out another time, for the same payout or for one of another name. */
function payOutAgain(text: string, payoutId?: string): string {
  const { transfer, payout } = lastPayout(putsOf(text));
  const named = payoutId === undefined ? {} : { metadata: { payout_id: payoutId } };
  const put = [
    { kind: "transfer", value: { ...transfer, ...named, id: "tr_again" } },
    { kind: "payout", value: { ...payout, ...named, id: "po_again" } },
  ];
  return `${text}${JSON.stringify({ put })}\n`;
}

/** A refund of the provider's as if it had never been made. */
function forgetRefund(text: string): string {
  const lines = text.split("\n");
  const at = lines.findLastIndex((line) => line.includes('"kind":"refund"'));
  if (at < 0) throw new Error("nothing was refunded");
  const line = JSON.parse(lines[at]!) as { put: Put[] };
  const put = line.put.filter(({ kind }) => kind !== "refund");
  return lines.with(at, JSON.stringify({ ...line, put })).join("\n");
}

const supportRefund =
  "(select id from refunds where cause = 'SUPPORT' and state = 'SUCCEEDED' order by created_at desc limit 1)";
const payoutPaid = "(select id from ledger_transactions where kind = 'payout-paid' order by at desc limit 1)";
const closedDay = "(select max(day) from ledger_days)";

/** Each of them. */
export const plantedMoneyBugs: readonly PlantedBug[] = [
  {
    name: "a payout paid twice at the provider",
    invariant: 11,
    says: "was transferred 2 times at the provider",
    file: "journal",
    edit: (text) => payOutAgain(text),
  },
  {
    name: "a payout at the provider that nobody asked for",
    invariant: 11,
    says: "po_again at the provider is unknown to the platform",
    file: "journal",
    edit: (text) => payOutAgain(text, "pyt_00000000000000000000000000"),
  },
  {
    name: "an acknowledged payout that was lost",
    invariant: 11,
    says: "was acknowledged and is not there",
    database: "payments",
    sql: "delete from payouts where kind = 'INSTANT'",
  },
  {
    name: "a payout beyond what was owed",
    invariant: 11,
    says: "took more than was owed",
    database: "payments",
    sql: `insert into ledger_transactions (id, kind, reference, trace_id, at, booking_day)
        select gen_random_uuid(), 'payout-requested', 'planted', '', max(at), max(booking_day) from ledger_transactions;
      insert into ledger_entries (transaction_id, line, account_id, currency, amount_minor)
        select t.id, case a.kind when 'payout_in_transit' then 1 else 0 end, a.id, a.currency,
          case a.kind when 'payout_in_transit' then -1 else 1 end * 1000000000000
        from ledger_transactions t, ledger_accounts a
        where t.reference = 'planted' and a.id in (
          (select id from ledger_accounts where kind = 'payout_in_transit' limit 1),
          (select id from ledger_accounts where kind = 'restaurant_payable' limit 1))`,
  },
  {
    name: "a payout that arrived and is booked as on its way",
    invariant: 11,
    says: "in transit for it",
    database: "payments",
    sql: `delete from ledger_entries where transaction_id = ${payoutPaid}`,
  },
  {
    name: "an acknowledged refund that was lost",
    invariant: 2,
    says: "was acknowledged and is not there",
    database: "payments",
    sql: `delete from refunds where id = ${supportRefund}`,
  },
  {
    name: "a refund that the provider never made",
    invariant: 2,
    says: "was made 0 times at the provider",
    file: "journal",
    edit: forgetRefund,
  },
  {
    name: "more given back of a line than was bought",
    invariant: 2,
    says: "pieces of a line of",
    database: "payments",
    sql: `insert into refund_lines (refund_id, payment_id, line_id, quantity, amount_minor, tax_minor)
      select r.id, l.payment_id, l.line_id, l.quantity + 1, 1, 0
      from refunds r join payment_lines l on l.payment_id = r.payment_id
      where r.state = 'SUCCEEDED' and not exists (select 1 from refund_lines where refund_id = r.id) limit 1`,
  },
  {
    name: "a balance that drifts",
    invariant: 1,
    says: "its entries sum to",
    database: "payments",
    sql: `update ledger_balances set amount_minor = amount_minor + 1
      where account_id = (select id from ledger_accounts where kind = 'courier_payable' limit 1)`,
  },
  {
    name: "a closed day whose figures were changed",
    invariant: 1,
    says: "for psp_clearing in IDR, its entries",
    database: "payments",
    sql: `update ledger_trial_balances set debit_minor = debit_minor + 1, closing_minor = closing_minor + 1
      where day = ${closedDay} and account = 'psp_clearing'`,
  },
  {
    name: "a fact that was booked on a closed day",
    invariant: 1,
    says: "of the closed day",
    database: "payments",
    // One of after the close; where there is none, one of the closed day goes to the day before.
    sql: `update ledger_transactions set booking_day = least(${closedDay}, booking_day - 1)
      where id = (select id from ledger_transactions order by booking_day desc limit 1)`,
  },
];
