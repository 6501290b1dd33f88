import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { kill, pay, useProviders } from "./testing/provider.ts";

const provider = useProviders();

describe("the provider's memory", () => {
  it(
    "replays everything acknowledged after kill -9, answers under their keys too, and drops a torn line",
    { timeout: 60_000 },
    async () => {
      const first = await provider.start();
      const key = { idempotencyKey: "k1" };
      const made = await Promise.all(
        Array.from({ length: 20 }, () => first.stripe.paymentIntents.create(pay("pm_card_visa"))),
      );
      const keyed = await first.stripe.paymentIntents.create(pay("pm_card_visa"), key);
      await kill(first.child);
      appendFileSync(join(provider.folder(), "journal.jsonl"), '{"put":[{"kind":"charge","va');
      const { stripe } = await provider.start();
      for (const intent of made) expect(await stripe.paymentIntents.retrieve(intent.id)).toEqual(intent);
      expect((await stripe.paymentIntents.create(pay("pm_card_visa"), key)).id).toBe(keyed.id);
      expect((await stripe.paymentIntents.list({ limit: 100 })).data).toHaveLength(21);
    },
  );

  it(
    "loses nothing acknowledged, and repeats nothing, however often it is killed while it rewrites its journal",
    { timeout: 60_000 },
    async () => {
      const acknowledged: string[] = [];
      for (const round of [1, 2, 3, 4]) {
        const { stripe, child } = await provider.start({ JOURNAL_COMPACT_BYTES: "2000" });
        const writing = Array.from({ length: 12 }, async (_, index) => {
          const key = { idempotencyKey: `${round}-${index}` };
          const { id } = await stripe.paymentIntents.create(pay("pm_card_visa"), key);
          acknowledged.push(id);
          if (acknowledged.length === round * 7) child.kill("SIGKILL");
        });
        await Promise.allSettled(writing);
        await kill(child);
      }
      const { stripe } = await provider.start({ JOURNAL_COMPACT_BYTES: "2000" });
      const kept = (await stripe.paymentIntents.list({ limit: 100 })).data.map(({ id }) => id);
      expect(new Set(kept).size).toBe(kept.length);
      expect(acknowledged.length).toBeGreaterThanOrEqual(28);
      for (const id of acknowledged) expect(kept).toContain(id);
    },
  );
});
