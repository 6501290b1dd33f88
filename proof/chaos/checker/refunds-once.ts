/** Invariant 2, refunds: what was acknowledged is there once with its amount, the provider has the same ones, and no line gives back more than was bought. */
import { orderKey, type Evidence } from "./evidence.ts";
import type { Row } from "./read.ts";
import type { RefundThere } from "./money.ts";
import { sum, type Say } from "./violation.ts";

/** What more than there is has to be answered. */
const refusals: Record<string, string> = { payment: "RefundExceedsCaptureError", line: "RefundExceedsLineError" };

function checkTold({ told, money }: Evidence, say: Say): void {
  const refunds = new Map(money.refunds.map((row) => [String(row["id"]), row]));
  const answers = new Map<string, string>();
  const keyOf = new Map<string, string>();
  for (const line of told) {
    if (line.kind === "refund-over" && line["answer"] !== refusals[String(line["of"])])
      say(null, `a refund of more than is left of the ${String(line["of"])} was answered ${String(line["answer"])}`);
    if (line.kind !== "refund") continue;
    const key = String(line["key"]);
    const answer = `${String(line["answer"])} ${String(line["refundId"])}`;
    if ((answers.get(key) ?? answer) !== answer) say(null, `the refund of key ${key} was answered in two ways`);
    answers.set(key, answer);
    if (line["refundId"] === undefined) continue;
    const id = orderKey(line["refundId"]);
    if ((keyOf.get(id) ?? key) !== key) say(null, `two keys were told of refund ${id}`);
    keyOf.set(id, key);
    const refund = refunds.get(id);
    if (!refund) say(null, `refund ${id} was acknowledged and is not there`);
    else if (Number(refund["amount_minor"]) !== line["amountMinor"])
      say(null, `refund ${id} is of ${refund["amount_minor"]}, acknowledged were ${String(line["amountMinor"])}`);
  }
}

function checkRefund(refund: Row, there: readonly RefundThere[], orderId: string | null, say: Say): void {
  const [id, state, amount] = [String(refund["id"]), String(refund["state"]), Number(refund["amount_minor"])];
  const given = there.filter(({ status }) => status === "succeeded");
  const expected = state === "SUCCEEDED" ? 1 : 0;
  // One that is pending when the run is stopped may have been made and not been heard of.
  if (state !== "PENDING" && given.length !== expected)
    say(orderId, `refund ${id} is ${state} and was made ${given.length} times at the provider`);
  if (given.length > 1) say(orderId, `refund ${id} was made ${given.length} times at the provider`);
  for (const made of given)
    if (made.amount !== amount) say(orderId, `refund ${id} is of ${amount}, at the provider of ${made.amount}`);
}

/** What was given back of each line, against what the order says was bought. */
function checkLines({ money, lines }: Evidence, orderOf: ReadonlyMap<string, string>, say: Say): void {
  const failed = new Set(money.refunds.filter((row) => row["state"] === "FAILED").map((row) => String(row["id"])));
  const counted = money.refundLines.filter((row) => !failed.has(String(row["refund_id"])));
  const back = Map.groupBy(counted, (row) => `${row["payment_id"]} ${row["line_id"]}`);
  for (const line of money.paymentLines) {
    const rows = back.get(`${line["payment_id"]} ${line["line_id"]}`) ?? [];
    const [pieces, worth] = [
      sum(rows.map((row) => Number(row["quantity"]))),
      sum(rows.map((row) => Number(row["amount_minor"]))),
    ];
    const orderId = orderOf.get(String(line["payment_id"])) ?? null;
    const bought = Number(line["quantity"]);
    const cost = Number(line["net_minor"]) + Number(line["tax_minor"]);
    if (pieces > bought) say(orderId, `${pieces} pieces of a line of ${bought} were given back`);
    if (worth > cost) say(orderId, `${worth} were given back of a line of ${cost}`);
    if (Number(line["refunded_quantity"]) !== pieces || Number(line["refunded_minor"]) !== worth)
      say(orderId, `a line says ${line["refunded_quantity"]} pieces given back, its refunds ${pieces}`);
  }
  const pieces = Map.groupBy(money.paymentLines, (row) => orderOf.get(String(row["payment_id"])) ?? "");
  for (const [orderId, bought] of pieces) {
    const ordered = lines.get(orderId);
    if (!ordered) continue;
    const [here, there] = [bought, ordered].map((rows) => sum(rows.map((row) => Number(row["quantity"]))));
    if (here !== there) say(orderId, `payments has ${here} pieces bought, the order ${there}`);
  }
}

/** Checks refunds against what support was told, the provider's journal and the lines that were bought. */
export function checkRefundsOnce(evidence: Evidence, say: Say): void {
  const { money, payments } = evidence;
  const orderOf = new Map([...payments].map(([orderId, row]) => [String(row["id"]), orderId]));
  const there = Map.groupBy(money.refundsThere, ({ refundId }) => refundId);
  for (const refund of money.refunds)
    checkRefund(refund, there.get(String(refund["id"])) ?? [], orderOf.get(String(refund["payment_id"])) ?? null, say);
  const known = new Set(money.refunds.map((row) => String(row["id"])));
  for (const { id, refundId } of money.refundsThere)
    if (refundId === null || !known.has(refundId)) say(null, `refund ${id} at the provider is unknown to the platform`);
  checkLines(evidence, orderOf, say);
  checkTold(evidence, say);
}
