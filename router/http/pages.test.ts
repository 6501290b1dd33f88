import { join } from "node:path";
import { expect, test } from "vitest";
import { createLog } from "../../kit/server/log.ts";
import { env } from "../env.ts";
import { pageRoutes } from "./pages.ts";

const schema = join(import.meta.dirname, "../../schema");
const log = createLog({ service: "router", level: "silent" });
const key = JSON.stringify({ kty: "OKP", crv: "Ed25519", kid: "router", x: "AA", d: "AA" });

/** The paths of the pages that are served with `settings`. */
function paths(settings: Record<string, string>): string[] {
  const parsed = env.parse({
    SUPERGRAPH_FILE: join(schema, "supergraph.graphql"),
    OPERATIONS_FILE: join(schema, "operations.json"),
    JWKS_URL: "http://127.0.0.1:9/",
    IDENTITY_PRIVATE_KEY: key,
    ...settings,
  });
  const { routes, close } = pageRoutes(parsed, log);
  close();
  return Object.keys(routes).map((route) => route.replace(/^GET /, ""));
}

test("in production nothing but the landing page is served", () => {
  expect(paths({ NODE_ENV: "production" }).toSorted()).toEqual(["/", "/favicon.ico"]);
});

test("in production each is served that was asked for", () => {
  expect(paths({ NODE_ENV: "production", DOCS: "on" })).toContain("/docs/*");
  expect(paths({ NODE_ENV: "production", DOCS: "on" })).not.toContain("/ide");
  expect(paths({ NODE_ENV: "production", IDE: "on" })).toContain("/ide");
});

test("elsewhere both are there, and can be left out", () => {
  expect(paths({})).toEqual(expect.arrayContaining(["/ide", "/docs/*"]));
  expect(paths({ IDE: "off", DOCS: "off" }).toSorted()).toEqual(["/", "/favicon.ico"]);
});

test("demo accounts in production are refused in one line that names the setting", () => {
  expect(() => paths({ NODE_ENV: "production", IDE: "on", IDE_DEMO_SIGN_IN: "on" })).toThrow(
    /IDE_DEMO_SIGN_IN: demo accounts are not offered in production/,
  );
});
