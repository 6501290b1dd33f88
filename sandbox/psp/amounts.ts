/** Stripe's limits on amounts. Source: https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts */
import { invalid } from "./errors.ts";

const minimums: Record<string, number> = {
  aed: 200,
  aud: 50,
  brl: 50,
  cad: 50,
  chf: 50,
  czk: 1500,
  dkk: 250,
  eur: 50,
  gbp: 30,
  hkd: 400,
  huf: 17_500,
  inr: 50,
  jpy: 50,
  mxn: 1000,
  myr: 200,
  nok: 300,
  nzd: 50,
  pln: 200,
  ron: 200,
  sek: 300,
  sgd: 50,
  thb: 1000,
  usd: 50,
};

/** Currencies that can be charged. Source: https://docs.stripe.com/currencies#presentment-currencies */
const known = new Set(
  (
    "usd aed afn all amd ang aoa ars aud awg azn bam bbd bdt bhd bif bmd bnd bob brl bsd bwp byn bzd cad cdf chf clp " +
    "cny cop crc cve czk djf dkk dop dzd egp etb eur fjd fkp gbp gel gip gmd gnf gtq gyd hkd hnl htg huf idr ils inr " +
    "isk jmd jod jpy kes kgs khr kmf krw kwd kyd kzt lak lbp lkr lrd lsl mad mdl mga mkd mmk mnt mop mur mvr mwk mxn " +
    "myr mzn nad ngn nio nok npr nzd omr pab pen pgk php pkr pln pyg qar ron rsd rub rwf sar sbd scr sek sgd shp sle " +
    "sos srd std szl thb tjs tnd top try ttd twd tzs uah ugx usd uyu uzs vnd vuv wst xaf xcd xcg xof xpf yer zar zmw"
  ).split(" "),
);

/** What amounts must be multiples of: three decimals of which cards use two; two decimals that are always 0. */
const steps: Record<string, number> = { bhd: 10, jod: 10, kwd: 10, omr: 10, tnd: 10, isk: 100, ugx: 100 };

/** The same for payouts: banks take whole units only. */
const payoutSteps: Record<string, number> = { huf: 100, twd: 100 };

/** The currency in lower case; capitals are taken too. Throws 400 when it is none that can be charged. */
export function checkCurrency(currency: string | undefined): string {
  if (currency === undefined) throw invalid("parameter_missing", "Missing required param: currency.", "currency");
  const code = currency.toLowerCase();
  if (!known.has(code)) throw invalid("parameter_invalid", `Invalid currency: ${currency}.`, "currency");
  return code;
}

/**
 * The amount to charge, in minor units. Throws 400 below the currency's minimum, above eight digits (twelve for IDR), and
 * where the currency's last digits must be 0. Source: https://docs.stripe.com/currencies#three-decimal
 */
export function checkAmount(amount: number | undefined, currency: string): number {
  if (amount === undefined) throw invalid("parameter_missing", "Missing required param: amount.", "amount");
  const positive = checkPositive(amount, "amount");
  const minimum = minimums[currency] ?? 1;
  if (positive < minimum) {
    throw invalid("amount_too_small", `Amount must be at least ${minimum} in ${currency}, in its minor unit`, "amount");
  }
  const maximum = currency === "idr" ? 999_999_999_999 : 99_999_999;
  if (positive > maximum) throw invalid("amount_too_large", `Amount must be no more than ${maximum}`, "amount");
  return checkStep(positive, currency, "amount");
}

/** An amount to capture or pay back. Throws 400 where the currency's last digits must be 0 and are not. */
export const checkStep = (amount: number, currency: string, param: string): number =>
  multiple(amount, steps[currency] ?? 1, currency, param);

/** An amount to pay out to a bank, in the same way. */
export const checkPayoutStep = (amount: number, currency: string): number =>
  multiple(amount, payoutSteps[currency] ?? steps[currency] ?? 1, currency, "amount");

function multiple(amount: number, step: number, currency: string, param: string): number {
  if (amount % step === 0) return amount;
  throw invalid("parameter_invalid_integer", `Amounts in ${currency} must be divisible by ${step}.`, param);
}

/** A whole number of minor units above zero. Throws 400 otherwise. */
export function checkPositive(amount: number, param: string): number {
  if (amount >= 1) return amount;
  throw invalid("parameter_invalid_integer", "This value must be greater than or equal to 1.", param);
}
