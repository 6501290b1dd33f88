/** Integer arithmetic on money in minor units; nothing here ever holds a fraction of one. */

/** An amount in the minor unit of `currency` (ISO 4217). */
export type Money = { readonly amount: number; readonly currency: string };

/**
 * The currencies that the platform trades in, with their decimals by ISO 4217; `Intl` must not be asked (it says 0 for
 * IDR). The databases check the same list: a currency that is added here needs migrations. Source: ISO 4217 list one.
 */
const exponents: Readonly<Record<string, number>> = {
  AUD: 2,
  BHD: 3,
  BRL: 2,
  CAD: 2,
  CHF: 2,
  CNY: 2,
  EUR: 2,
  GBP: 2,
  HKD: 2,
  IDR: 2,
  INR: 2,
  JOD: 3,
  JPY: 0,
  KRW: 0,
  KWD: 3,
  MXN: 2,
  MYR: 2,
  NZD: 2,
  OMR: 3,
  PHP: 2,
  SEK: 2,
  SGD: 2,
  THB: 2,
  TND: 3,
  TRY: 2,
  TWD: 2,
  USD: 2,
  VND: 0,
};

/** Decimals of `currency`; throws RangeError for one that the platform does not trade in. */
export function minorUnits(currency: string): number {
  const exponent = Object.hasOwn(exponents, currency) ? exponents[currency] : undefined;
  if (exponent === undefined) throw new RangeError(`unknown currency ${JSON.stringify(currency)}`);
  return exponent;
}

/** Codes of the currencies that the platform trades in, upper case, in alphabetical order. */
export const tradedCurrencies: readonly string[] = Object.keys(exponents).toSorted();

/** Whether the platform trades in `currency`: an upper-case ISO 4217 code of the list. */
export const isTraded = (currency: string): boolean => Object.hasOwn(exponents, currency);

/**
 * The smallest amount that cards can pay in `currency`, minor units; what is charged or paid back is a multiple of it. With
 * three decimals the last digit must be 0. Source: https://docs.stripe.com/currencies#three-decimal
 */
export const chargeStep = (currency: string): number => (minorUnits(currency) === 3 ? 10 : 1);

/** The smallest amount that banks take in `currency`, minor units; what is paid out is a multiple of it. Source: as above. */
export const payoutStep = (currency: string): number => (currency === "TWD" ? 100 : chargeStep(currency));

/** `amountMinor`, at least 0, to the nearest multiple of `step`, half up. */
export const nearestStep = (step: number, amountMinor: number): number => roundHalfUp(amountMinor, step) * step;

/** `amountMinor`, at least 0, down to a multiple of `step`. */
export const floorTo = (step: number, amountMinor: number): number => amountMinor - (amountMinor % step);

/** `numerator / denominator` rounded half away from zero to an integer, exactly, for safe integers; denominator > 0. */
export function roundHalfUp(numerator: number, denominator: number): number {
  const n = BigInt(numerator);
  const d = BigInt(denominator);
  if (d <= 0n) throw new RangeError("denominator must be positive");
  const magnitude = ((n < 0n ? -n : n) * 2n + d) / (2n * d);
  return Number(n < 0n ? -magnitude : magnitude);
}

/** `bps` basis points (1/10,000) of `amountMinor`, rounded half up. */
export const applyBps = (amountMinor: number, bps: number): number => proportion(amountMinor, bps, 10_000);

/** `amountMinor × part / whole`, rounded half up, without losing digits on the way. */
export function proportion(amountMinor: number, part: number, whole: number): number {
  const n = BigInt(amountMinor) * BigInt(part);
  const d = BigInt(whole);
  if (d <= 0n) throw new RangeError("whole must be positive");
  const magnitude = ((n < 0n ? -n : n) * 2n + d) / (2n * d);
  return Number(n < 0n ? -magnitude : magnitude);
}

/**
 * Splits `totalMinor` over `weights` (integers ≥ 0) by largest remainder: the parts sum to the total exactly,
 * ties go to the earlier part. All weights 0 counts as equal weights; no weights and a total ≠ 0 throws RangeError.
 */
export function allocate(totalMinor: number, weights: readonly number[]): number[] {
  if (weights.length === 0) {
    if (totalMinor === 0) return [];
    throw new RangeError("cannot split an amount over nothing");
  }
  if (weights.some((weight) => weight < 0)) throw new RangeError("weights must not be negative");
  const shares = weights.every((weight) => weight === 0) ? weights.map(() => 1) : weights;
  const whole = shares.reduce((sum, weight) => sum + BigInt(weight), 0n);
  const sign = totalMinor < 0 ? -1 : 1;
  const total = BigInt(Math.abs(totalMinor));
  const parts = shares.map((weight) => (total * BigInt(weight)) / whole);
  const remainders = shares.map((weight, index) => ({ index, rest: (total * BigInt(weight)) % whole }));
  remainders.sort((a, b) => (a.rest === b.rest ? a.index - b.index : a.rest > b.rest ? -1 : 1));
  const missing = Number(total - parts.reduce((sum, part) => sum + part, 0n));
  for (const { index } of remainders.slice(0, missing)) parts[index] = (parts[index] ?? 0n) + 1n;
  return parts.map((part) => (part === 0n ? 0 : Number(part) * sign));
}
