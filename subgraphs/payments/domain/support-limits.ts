/** How much support may give back without an admin. */

/** Most minor units per currency; a currency that is not named may not be given back by support at all. */
export type Limits = Readonly<Record<string, number>>;

/** Form of a setting of limits, such as IDR=200000000,USD=15000: currency and minor units. */
export const limitsForm = /^[A-Z]{3}=\d{1,15}(,[A-Z]{3}=\d{1,15})*$/;

/** Reads limits as `limitsForm` has them. */
export const readLimits = (text: string): Limits =>
  Object.fromEntries(text.split(",").map((one) => [one.slice(0, 3), Number(one.slice(4))]));

/** The limit of a currency, minor units; 0 where none is named. */
export const limitOf = (limits: Limits, currency: string): number =>
  Object.hasOwn(limits, currency) ? (limits[currency] ?? 0) : 0;
