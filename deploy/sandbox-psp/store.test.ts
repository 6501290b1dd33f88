import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { kill, pay, useProviders } from "./testing/provider.ts";

const provider = useProviders();

describe("the store", () => {
  it("replays everything acknowledged after kill -9, answers under their keys too, and drops a torn line", async () => {
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
  });
});
