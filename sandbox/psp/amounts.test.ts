import { describe, expect, it } from "vitest";
import { failure, pay, useSharedProvider } from "./testing/provider.ts";

const provider = useSharedProvider();
const charge = (currency: string, amount: number) =>
  provider.stripe.paymentIntents.create(pay("pm_card_visa", { currency, amount }));

describe("a charge", () => {
  it.each([
    ["xxx", 1_000, "currency"],
    ["dem", 1_000, "currency"],
    ["rupiah", 1_000, "currency"],
    ["kwd", 1_255, "amount"],
    ["bhd", 1_001, "amount"],
    ["jod", 9, "amount"],
    ["omr", 1_005, "amount"],
    ["tnd", 12_344, "amount"],
    ["isk", 550, "amount"],
    ["ugx", 1_050, "amount"],
    ["usd", 49, "amount"],
    ["jpy", 49, "amount"],
    ["huf", 17_400, "amount"],
    ["usd", 100_000_000, "amount"],
    ["idr", 1_000_000_000_000, "amount"],
  ])("in %s of %d is refused for its %s", async (currency, amount, param) => {
    expect(await failure(charge(currency, amount))).toMatchObject({ statusCode: 400, param });
  });

  it.each([
    ["KWD", 1_250],
    ["kwd", 10],
    ["isk", 500],
    ["jpy", 51],
    ["twd", 1_234],
    ["idr", 999_999_999_999],
  ])("in %s of %d is taken", async (currency, amount) => {
    expect(await charge(currency, amount)).toMatchObject({ amount, currency: currency.toLowerCase() });
  });
});

it("three decimals end in 0 in what is captured and paid back too", async () => {
  const { stripe } = provider;
  const { id } = await charge("kwd", 1_250);
  expect(await failure(stripe.paymentIntents.capture(id, { amount_to_capture: 1_245 }))).toMatchObject({
    param: "amount_to_capture",
  });
  await stripe.paymentIntents.capture(id, { amount_to_capture: 1_240 });
  expect(await failure(stripe.refunds.create({ payment_intent: id, amount: 5 }))).toMatchObject({ param: "amount" });
  expect(await stripe.refunds.create({ payment_intent: id, amount: 20 })).toMatchObject({ status: "succeeded" });
});
