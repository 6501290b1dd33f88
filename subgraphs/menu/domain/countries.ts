/** Countries by ISO 3166-1, and the time zones of each, as the runtime's own data has them. */

const letters = Array.from({ length: 26 }, (_, index) => String.fromCodePoint(65 + index));
const codes = letters.flatMap((first) => letters.map((second) => first + second));

const zonesOf = (country: string): readonly string[] =>
  new Intl.Locale("und", { region: country }).getTimeZones?.() ?? [];

/** Each IANA zone with its country. Zones are the older by their present names, such as Asia/Jakarta. */
const countries = new Map(codes.flatMap((country) => zonesOf(country).map((zone) => [zone, country] as const)));

/** The country of an IANA time zone; null for one that belongs to none, such as UTC. */
export const countryOf = (timeZone: string): string | null => countries.get(timeZone) ?? null;

/** Whether `country` is the upper-case code of a country. */
export const isCountry = (country: string): boolean => codes.includes(country) && zonesOf(country).length > 0;
