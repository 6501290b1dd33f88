/** The platform's business day, by which the books are kept and closed. */

/** Fixed, not a setting: with another zone, facts would move between days that are closed. */
export const ledgerTimeZone = "Asia/Jakarta";

/** The business day of an instant, YYYY-MM-DD. */
export const businessDay = (at: Date): string =>
  Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(ledgerTimeZone).toPlainDate().toString();

/** The day after `day`. */
export const nextDay = (day: string): string => Temporal.PlainDate.from(day).add({ days: 1 }).toString();

/** The instant at which `day` is over. */
export const endOfDay = (day: string): Date =>
  new Date(Temporal.PlainDate.from(nextDay(day)).toZonedDateTime(ledgerTimeZone).epochMilliseconds);

/** Days from `from` to `to`; negative when `to` comes first. */
export const daysBetween = (from: string, to: string): number =>
  Temporal.PlainDate.from(from).until(Temporal.PlainDate.from(to), { largestUnit: "days" }).days;
