/** The banks of those who earn: each gives the provider an account of its own, and some of these banks are difficult. */
import { readFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { withDatabase } from "../faults/watch.ts";
import { randomOf } from "../random.ts";
import type { World } from "./world.ts";

/** Test bank accounts of the sandbox and their shares; the rest just takes what comes. */
const difficult: [token: string, share: number][] = [
  ["btok_timeoutAfterTransfer", 0.08],
  ["btok_timeoutAfterPayout", 0.08],
  ["btok_transferRefusedTwice", 0.08],
  ["btok_couldNotProcessTwice", 0.08],
  ["btok_notInstant", 0.06],
  ["btok_returned", 0.06],
  ["btok_us_verified_accountClosed", 0.06],
];

function bankOf(seed: number, owner: string): string | null {
  let left = randomOf(seed, `bank ${owner}`).fraction();
  for (const [token, share] of difficult) {
    if (left < share) return token;
    left -= share;
  }
  return null;
}

type Put = { kind: string; value: { id: string; metadata?: Record<string, string> } };

/** Accounts in the provider's journal: id and owner. */
function opened(journal: string): Map<string, string> {
  const owners = new Map<string, string>();
  for (const text of readFileSync(journal, "utf8").split("\n")) {
    if (!text.endsWith("}")) continue;
    for (const { kind, value } of (JSON.parse(text) as { put?: Put[] }).put ?? [])
      if (kind === "account") owners.set(value.id, value.metadata?.["owner_id"] ?? "");
  }
  return owners;
}

/** Waits until every payout account is open at the provider, then tells it the banks of this seed. Answers how many are difficult. */
export async function giveBanks({ databases, journal, provider, providerKey }: World, seed: number): Promise<number> {
  const [row] = await withDatabase(
    databases.payments,
    (sql) => sql<{ n: number }[]>`select count(*)::int n from payout_accounts`,
  );
  while (opened(journal).size < (row?.n ?? 0)) await wait(100);
  let given = 0;
  for (const [account, owner] of opened(journal)) {
    const bank = bankOf(seed, owner);
    if (bank === null) continue;
    const response = await fetch(`${provider.url}/v1/accounts/${account}`, {
      method: "POST",
      headers: { authorization: `Bearer ${providerKey}`, "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({ external_account: bank }),
    });
    if (!response.ok)
      throw new Error(`the provider takes no bank account: ${response.status} ${await response.text()}`);
    given++;
  }
  return given;
}
