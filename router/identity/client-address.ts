/** Where a client is, when proxies stand in between. */
import { BlockList, isIP, isIPv4 } from "node:net";
import { z } from "zod";
import type { HttpRequest } from "../../kit/server/http.ts";

/** Proxies whose word on `x-forwarded-for` counts: those of these ranges, or so many in a row whoever they are. */
export type TrustedProxies = { ranges: BlockList } | { hops: number };

/** Most entries of `x-forwarded-for` that are looked at, from the end. */
const mostEntries = 20;

/** An IPv4 address within IPv6 as IPv4, without a zone. */
const plain = (address: string): string => address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, "").replace(/%.*$/, "");

function addRange(ranges: BlockList, text: string): boolean {
  const [address = "", prefix] = text.split("/");
  const version = isIP(address);
  const most = version === 4 ? 32 : 128;
  const bits = prefix === undefined ? most : /^\d{1,3}$/.test(prefix) ? Number(prefix) : -1;
  if (version === 0 || bits < 0 || bits > most) return false;
  ranges.addSubnet(address, bits, version === 4 ? "ipv4" : "ipv6");
  return true;
}

/** The setting: empty, a number of hops, or addresses and ranges (CIDR) separated by commas. */
export const trustedProxies = z.string().transform((text, context): TrustedProxies => {
  if (/^\d{1,2}$/.test(text.trim())) return { hops: Number(text) };
  const ranges = new BlockList();
  const wrong = text
    .split(",")
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "" && !addRange(ranges, entry));
  if (wrong.length === 0) return { ranges };
  context.addIssue({
    code: "custom",
    message: `neither a number of proxies nor addresses or ranges: ${wrong.join(", ")}`,
  });
  return z.NEVER;
});

const isIn = (ranges: BlockList, address: string): boolean =>
  isIP(address) !== 0 && ranges.check(address, isIPv4(address) ? "ipv4" : "ipv6");

/** What proxies said of those before them, the nearest first; what is no address ends the list. */
function forwardedFor({ headers }: Pick<HttpRequest, "headers">): string[] {
  const header = headers["x-forwarded-for"];
  const entries = (Array.isArray(header) ? header.join(",") : (header ?? ""))
    .split(",")
    .slice(-mostEntries)
    .toReversed();
  const addresses = entries.map((entry) => plain(entry.trim()));
  const end = addresses.findIndex((address) => isIP(address) === 0);
  return end === -1 ? addresses : addresses.slice(0, end);
}

/** The client's address: the connection's, or what the trusted proxies on the way say. A client's own header never counts. */
export function clientAddressOf(
  request: Pick<HttpRequest, "headers" | "remoteAddress">,
  trusted: TrustedProxies,
): string {
  const way = [plain(request.remoteAddress), ...forwardedFor(request)];
  if ("hops" in trusted) return way[Math.min(trusted.hops, way.length - 1)] ?? "";
  const first = way.findIndex((address) => !isIn(trusted.ranges, address));
  return way[first === -1 ? way.length - 1 : first] ?? "";
}
