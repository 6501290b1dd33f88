/** Stripe's limits on amounts. Source: https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts */
import { invalid } from "./errors.ts";

const minimums: Record<string, number> = {
  aud: 50,
  brl: 50,
  cad: 50,
  chf: 50,
  dkk: 250,
  eur: 50,
  gbp: 30,
  hkd: 400,
  inr: 50,
  jpy: 50,
  mxn: 1000,
  myr: 200,
  nok: 300,
  nzd: 50,
  pln: 200,
  sek: 300,
  sgd: 50,
  thb: 1000,
  usd: 50,
};

const known = new Set(Intl.supportedValuesOf("currency").map((code) => code.toLowerCase()));

/** The currency in lower case. Throws 400 when it is none. */
export function checkCurrency(currency: string | undefined): string {
  if (currency === undefined) throw invalid("parameter_missing", "Missing required param: currency.", "currency");
  const code = currency.toLowerCase();
  if (!known.has(code)) throw invalid("parameter_invalid", `Invalid currency: ${currency}.`, "currency");
  return code;
}

/** The amount to charge, in minor units. Throws 400 below the currency's minimum or above eight digits (twelve for IDR). */
export function checkAmount(amount: number | undefined, currency: string): number {
  if (amount === undefined) throw invalid("parameter_missing", "Missing required param: amount.", "amount");
  const positive = checkPositive(amount, "amount");
  const minimum = minimums[currency] ?? 1;
  if (positive < minimum) {
    throw invalid("amount_too_small", `Amount must be at least ${minimum} in ${currency}, in its minor unit`, "amount");
  }
  const maximum = currency === "idr" ? 999_999_999_999 : 99_999_999;
  if (positive > maximum) throw invalid("amount_too_large", `Amount must be no more than ${maximum}`, "amount");
  return positive;
}

/** A whole number of minor units above zero. Throws 400 otherwise. */
export function checkPositive(amount: number, param: string): number {
  if (amount >= 1) return amount;
  throw invalid("parameter_invalid_integer", "This value must be greater than or equal to 1.", param);
}
