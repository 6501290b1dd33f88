/** Where the card's issuer sends a customer back to. */

/** `base` (the setting's address) at `origin`, where that is known, with `order` in its query. Throws TypeError where `base` is no URL. */
export function returnUrl(base: string, origin: string | null, orderId: string): string {
  const { pathname, search, origin: usual } = new URL(base);
  const url = new URL(origin ?? usual);
  url.pathname = pathname;
  url.search = search;
  url.searchParams.set("order", orderId);
  return url.href;
}
