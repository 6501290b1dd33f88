import { expect, test } from "vitest";
import { returnOriginOf } from "./return-origin.ts";

const open = { CORS_ORIGINS: ["https://app.antar.test"], PUBLIC_URL: undefined, NODE_ENV: "development" };
const behind = { ...open, PUBLIC_URL: "https://api.antar.test/somewhere", NODE_ENV: "production" };

test.for([
  [
    "an allowed page's own origin",
    open,
    { origin: "https://app.antar.test", host: "127.0.0.1:4100" },
    "https://app.antar.test",
  ],
  ["also in production", behind, { origin: "https://app.antar.test", host: "api" }, "https://app.antar.test"],
  ["the router's address on this machine, as it was used", open, { host: "localhost:4100" }, "http://localhost:4100"],
  ["with numbers", open, { host: "127.0.0.1:4100" }, "http://127.0.0.1:4100"],
  ["as IPv6", open, { host: "[::1]:4100" }, "http://[::1]:4100"],
  ["the public address where there is one", behind, { host: "10.0.0.7:4000" }, "https://api.antar.test"],
] as const)("%s", ([, settings, headers, origin]) => {
  expect(returnOriginOf({ ...settings, CORS_ORIGINS: [...settings.CORS_ORIGINS] }, { headers })).toBe(origin);
});

test.for([
  ["a page that is not allowed, and a name that is not ours", open, { origin: "https://evil.test", host: "evil.test" }],
  ["a name that only begins like this machine", open, { host: "127.0.0.1.evil.test" }],
  ["a user in front of a name", open, { host: "localhost@evil.test" }],
  ["a path behind a name", open, { host: "localhost:4000/@evil.test" }],
  ["no host at all", open, {}],
  ["this machine in production", { ...behind, PUBLIC_URL: undefined }, { host: "localhost:4000" }],
] as const)("nothing for %s", ([, settings, headers]) => {
  expect(returnOriginOf({ ...settings, CORS_ORIGINS: [...settings.CORS_ORIGINS] }, { headers })).toBeNull();
});

test("a page that is not allowed never becomes the place of return", () => {
  const headers = { origin: "https://evil.test", host: "localhost:4000" };
  expect(returnOriginOf(open, { headers })).toBe("http://localhost:4000");
});
