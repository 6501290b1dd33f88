/** What the books of a business day come to, reckoned from the entries alone. */
import type { Row } from "./read.ts";

/** One kind of account in one currency over a day, minor units; opening and closing are debits minus credits. */
export type Figures = {
  currency: string;
  account: string;
  figures: [opening: number, debit: number, credit: number, closing: number];
};

/** The trial balance of `day` by the entries alone, in the order of currency and account. */
export function counted(entries: readonly Row[], day: string): Figures[] {
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

/** The chain's hash as docs/adr/0016 has it: SHA-256 (hex) over the day, the hash before, and the rows. */
export async function hashOf(day: string, previous: string | null, rows: readonly Figures[]): Promise<string> {
  const lines = rows.map(({ currency, account, figures }) => [currency, account, ...figures]);
  const text = new TextEncoder().encode(JSON.stringify([day, previous, lines]));
  return Buffer.from(await crypto.subtle.digest("SHA-256", text)).toString("hex");
}
