import { expect, test } from "vitest";
import { clientAddressOf, trustedProxies } from "./client-address.ts";

const from = (trusted: string, remoteAddress: string, forwarded?: string | string[]) =>
  clientAddressOf(
    { remoteAddress, headers: forwarded === undefined ? {} : { "x-forwarded-for": forwarded as string } },
    trustedProxies.parse(trusted),
  );

test.each<[string, string, string, string | undefined, string]>([
  ["nobody is trusted by default", "", "203.0.113.9", "198.51.100.1", "203.0.113.9"],
  ["an address within IPv6 is itself", "", "::ffff:203.0.113.9", undefined, "203.0.113.9"],
  ["one trusted proxy", "10.0.0.0/8", "10.1.2.3", "198.51.100.1", "198.51.100.1"],
  ["one trusted proxy within IPv6", "10.0.0.0/8", "::ffff:10.1.2.3", "198.51.100.1", "198.51.100.1"],
  ["what the client wrote before is not believed", "10.0.0.0/8", "10.1.2.3", "1.1.1.1, 198.51.100.1", "198.51.100.1"],
  ["two trusted proxies", "10.0.0.0/8, 192.0.2.7", "10.1.2.3", "1.1.1.1, 198.51.100.1, 192.0.2.7", "198.51.100.1"],
  ["a stranger's header is not believed", "10.0.0.0/8", "203.0.113.9", "198.51.100.1", "203.0.113.9"],
  ["a trusted proxy that says nothing", "10.0.0.0/8", "10.1.2.3", undefined, "10.1.2.3"],
  ["what is no address ends the list", "10.0.0.0/8", "10.1.2.3", "198.51.100.1, nonsense", "10.1.2.3"],
  ["only trusted ones", "10.0.0.0/8", "10.1.2.3", "10.9.9.9", "10.9.9.9"],
  ["IPv6", "fd00::/8", "fd00::1", "2001:db8::5", "2001:db8::5"],
  ["one hop", "1", "203.0.113.9", "1.1.1.1, 198.51.100.1", "198.51.100.1"],
  ["two hops", "2", "203.0.113.9", "1.1.1.1, 198.51.100.1", "1.1.1.1"],
  ["more hops than there are", "9", "203.0.113.9", "198.51.100.1", "198.51.100.1"],
  ["no hop", "0", "203.0.113.9", "198.51.100.1", "203.0.113.9"],
])("%s", (_, trusted, remote, forwarded, expected) => {
  expect(from(trusted, remote, forwarded)).toBe(expected);
});

test("a long header is read from its end", () => {
  const long = Array.from({ length: 5_000 }, () => "10.0.0.1").join(",");
  expect(from("10.0.0.0/8", "10.1.2.3", `198.51.100.1,${long}`)).toBe("10.0.0.1");
});

test.each(["10.0.0.0/33", "10.0.0", "fd00::/129", "10.0.0.0/8, proxy.example", "-1", "1.5"])(
  "%s is no setting",
  (text) => {
    expect(trustedProxies.safeParse(text).success).toBe(false);
  },
);
