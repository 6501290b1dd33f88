/** Invariant 1: the trial balance of each closed business day is what the entries say, and the days are chained to one another. */
import type { Evidence } from "./evidence.ts";
import type { Row } from "./read.ts";
import { counted, type Figures } from "./trial-balance.ts";
import type { Say } from "./violation.ts";

const storedOf = (row: Row): Figures => ({
  currency: String(row["currency"]),
  account: String(row["account"]),
  figures: [row["opening_minor"], row["debit_minor"], row["credit_minor"], row["closing_minor"]].map(
    Number,
  ) as Figures["figures"],
});

const nameOf = ({ currency, account }: Figures) => `${account} in ${currency}`;

/** Checks every closed day. */
export function checkClosedDays({ money: { days, trialBalances, entries } }: Evidence, say: Say): void {
  const stored = Map.groupBy(trialBalances, (row) => String(row["day"]));
  let before: Row | null = null;
  for (const row of days) {
    const day = String(row["day"]);
    const rows = counted(entries, day);
    const there = new Map((stored.get(day) ?? []).map(storedOf).map((each) => [nameOf(each), each.figures.join(" ")]));
    for (const each of rows) {
      const said = there.get(nameOf(each)) ?? "nothing";
      const is = each.figures.join(" ");
      if (said !== is) say(null, `the closed day ${day} has ${said} for ${nameOf(each)}, its entries ${is}`);
      there.delete(nameOf(each));
    }
    for (const [name, said] of there) say(null, `the closed day ${day} has ${said} for ${name}, its entries nothing`);
    const previous = (before?.["hash"] ?? null) as string | null;
    if (row["previous_day"] !== (before?.["day"] ?? null) || row["previous_hash"] !== previous)
      say(null, `the closed day ${day} does not follow the day before`);
    if (row["hash"] !== row["reckoned"]) say(null, `the hash of the closed day ${day} is another`);
    before = row;
  }
}
