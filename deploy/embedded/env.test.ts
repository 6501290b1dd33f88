import { expect, test } from "vitest";
import { readEnv } from "../../kit/env.ts";
import { env as routerEnv } from "../../router/env.ts";
import { checkSettings } from "./check-settings.ts";
import { env, passedOn } from "./env.ts";

test("every setting that is the router's own reaches it", () => {
  const own = ["PORT", "NODE_ENV", "LOG_LEVEL", "LOG_FORMAT"];
  const shared = Object.keys(env.shape).filter((name) => Object.hasOwn(routerEnv.shape, name) && !own.includes(name));
  const given = Object.fromEntries(shared.map((name) => [name, `value of ${name}`]));
  expect(shared).toContain("GRAPH_VARIANT");
  expect(passedOn(readEnv(env, given)).router).toEqual(given);
});

test("an app in a web view has an origin too", async () => {
  const overrides = passedOn(readEnv(env, { CORS_ORIGINS: "capacitor://localhost, http://localhost:3000" }));
  await checkSettings({ logLevel: "warn", logFormat: "text", overrides });
});

test("what is left out keeps the service's default", () => {
  expect(passedOn(readEnv(env, {}))).toEqual({ orders: {}, router: {} });
});

test.for([
  ["COMPLETION_DELAY_MS", "soon", "must be a number"],
  ["CORS_ORIGINS", "http://app.test, app.test", "must be origins"],
  ["CORS_ORIGINS", "http://app.test/page", "must be origins"],
  ["GRAPH_VARIANT", "hidden", "must be one of"],
  ["TRUSTED_DOCUMENTS", "perhaps", "must be one of"],
] as const)("%s=%s is named before anything starts", async ([name, value, problem]) => {
  const overrides = passedOn(readEnv(env, { [name]: value }));
  await expect(checkSettings({ logLevel: "warn", logFormat: "text", overrides })).rejects.toThrow(
    `  ${name}: ${problem}`,
  );
});
