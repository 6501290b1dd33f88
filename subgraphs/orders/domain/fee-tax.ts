/** The tax on the platform's fees, which each country sets for itself. */

/** Form of the setting: countries by ISO 3166-1 with basis points, such as ID=1100,SG=900. */
export const feeTaxForm = /^[A-Z]{2}=\d{1,4}(,[A-Z]{2}=\d{1,4})*$/;

/** What a quote keeps of it: the restaurant's country (null when it is not known) and the rate that held there then. */
export type FeeTax = { country: string | null; bps: number };

/** The rate of `country` in basis points by the setting `rates`; 0 where the setting names none, so where fees are not taxed. */
export function feeTaxOf(rates: string, country: string | null): FeeTax {
  const rate = rates.split(",").find((one) => country !== null && one.startsWith(`${country}=`));
  return { country, bps: rate === undefined ? 0 : Number(rate.slice(3)) };
}
