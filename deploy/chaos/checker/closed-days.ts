/** Invariant 1: the trial balance of each closed business day is what the entries say, and the days are chained to one another. */
import { createHash } from "node:crypto";
import type { Evidence, Row } from "./evidence.ts";
import type { Say } from "./violation.ts";

type Figures = {
  currency: string;
  account: string;
  figures: [opening: number, debit: number, credit: number, closing: number];
};

/** The trial balance of `day` by the entries alone, in the order of currency and account. */
function counted(entries: readonly Row[], day: string): Figures[] {
  const upTo = entries.filter((row) => String(row["booking_day"]) <= day);
  const groups = Map.groupBy(upTo, (row) => `${row["currency"]} ${row["account"]}`);
  const names = [...groups.keys()].toSorted((one, other) => (one < other ? -1 : 1));
  return names
    .map((name): Figures => {
      const [currency = "", account = ""] = name.split(" ");
      let [opening, debit, credit] = [0, 0, 0];
      for (const row of groups.get(name)!) {
        const amount = Number(row["amount_minor"]);
        if (row["booking_day"] !== day) opening += amount;
        else if (amount > 0) debit += amount;
        else credit -= amount;
      }
      return { currency, account, figures: [opening, debit, credit, opening + debit - credit] };
    })
    .filter(({ figures: [opening, debit, credit] }) => opening !== 0 || debit !== 0 || credit !== 0);
}

const storedOf = (row: Row): Figures => ({
  currency: String(row["currency"]),
  account: String(row["account"]),
  figures: [row["opening_minor"], row["debit_minor"], row["credit_minor"], row["closing_minor"]].map(
    Number,
  ) as Figures["figures"],
});

const nameOf = ({ currency, account }: Figures) => `${account} in ${currency}`;

/** The chain's hash as docs/adr/0016 has it: SHA-256 over the day, the hash before, and the rows. */
const hashOf = (day: string, previous: string | null, rows: readonly Figures[]): string => {
  const lines = rows.map(({ currency, account, figures }) => [currency, account, ...figures]);
  return createHash("sha256")
    .update(JSON.stringify([day, previous, lines]))
    .digest("hex");
};

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
    if (row["hash"] !== hashOf(day, previous, rows)) say(null, `the hash of the closed day ${day} is another`);
    before = row;
  }
}
