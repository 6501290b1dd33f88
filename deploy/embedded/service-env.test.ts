import { expect, test } from "vitest";
import { checkSettings, settingsGiven } from "./service-env.ts";

const check = async (environment: Record<string, string>) =>
  checkSettings({ logLevel: "warn", logFormat: "text", overrides: await settingsGiven(environment) });

test("a setting reaches the services that read it, and no other", async () => {
  const given = await settingsGiven({
    COMPLETION_DELAY_MS: "60000",
    GRAPH_VARIANT: "partner",
    DATABASE_POOL: "3",
    UNKNOWN: "1",
  });
  expect(given.router).toEqual({ GRAPH_VARIANT: "partner" });
  expect(given.orders).toEqual({ COMPLETION_DELAY_MS: "60000", DATABASE_POOL: "3" });
  expect(given.menu).toEqual({ DATABASE_POOL: "3" });
});

test("what a start makes itself is not taken from the environment", async () => {
  const given = await settingsGiven({
    DATABASE_URL: "postgres://elsewhere/db",
    PORT: "1",
    HOST: "0.0.0.0",
    JWKS_URL: "http://elsewhere",
    NODE_ENV: "test",
  });
  expect(Object.values(given).flatMap((settings) => Object.keys(settings ?? {}))).toEqual([]);
});

test("an empty setting keeps the service's default", async () => {
  const given = await settingsGiven({ COMPLETION_DELAY_MS: "", CORS_ORIGINS: "" });
  expect(Object.values(given).flatMap((settings) => Object.keys(settings ?? {}))).toEqual([]);
});

test("an app in a web view has an origin too", async () => {
  await check({ CORS_ORIGINS: "capacitor://localhost, http://localhost:3000" });
});

test.for([
  ["COMPLETION_DELAY_MS", "soon", "must be a number"],
  ["CORS_ORIGINS", "http://app.test, app.test", "must be origins"],
  ["CORS_ORIGINS", "http://app.test/page", "must be origins"],
  ["GRAPH_VARIANT", "hidden", "must be one of"],
  ["PAYMENT_TRIES", "0", "must be at least 1"],
  ["TRUSTED_DOCUMENTS", "perhaps", "must be one of"],
] as const)("%s=%s is named before anything starts", async ([name, value, problem]) => {
  await expect(check({ [name]: value })).rejects.toThrow(`  ${name}: ${problem}`);
});
