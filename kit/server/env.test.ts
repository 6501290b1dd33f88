import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { z } from "zod";
import { issuerKeys, jsonOrFile, privateKey, readEnv, SettingsError, subgraphEnv } from "./env.ts";

const folder = mkdtempSync(join(tmpdir(), "antar-env-"));
afterAll(() => rmSync(folder, { recursive: true }));

const key = { kty: "OKP", kid: "k1", crv: "Ed25519", d: "private-part" };
const settings = {
  DATABASE_URL: "postgres://localhost/orders",
  EVENTS_DATABASE_URL: "postgres://localhost/events",
  IDENTITY_PRIVATE_KEY: JSON.stringify(key),
  IDENTITY_PUBLIC_KEYS: JSON.stringify({ router: { keys: [key] } }),
};
const schema = z.object(subgraphEnv);

/** The message with which the settings are refused. */
function refusal(shape: z.ZodType, source: Record<string, string>): string {
  try {
    readEnv(shape, source);
  } catch (error) {
    if (error instanceof SettingsError) return error.message;
    throw error;
  }
  return "accepted";
}

test("what is left out or empty takes its default", () => {
  const env = readEnv(schema, { ...settings, PORT: "", LOG_LEVEL: "" });
  expect(env).toMatchObject({
    PORT: 0,
    HOST: "127.0.0.1",
    LOG_LEVEL: "info",
    SUBGRAPH_URLS: {},
    DATABASE_PREPARE: true,
  });
});

test("text becomes numbers, booleans and objects", () => {
  const urls = { menu: "http://127.0.0.1:4002" };
  const env = readEnv(schema, {
    ...settings,
    PORT: "4001",
    DATABASE_PREPARE: "false",
    SUBGRAPH_URLS: JSON.stringify(urls),
  });
  expect(env).toMatchObject({ PORT: 4001, DATABASE_PREPARE: false, SUBGRAPH_URLS: urls, IDENTITY_PRIVATE_KEY: key });
});

test("every problem is named at once, one a line", () => {
  const message = refusal(schema, {
    ...settings,
    PORT: "65536",
    LOG_LEVEL: "loud",
    DATABASE_URL: "",
    SUBGRAPH_URLS: '{"menu":"x","users":1}',
  });
  const lines = message.split("\n").slice(1);
  expect(new Set(lines.map((line) => /^ {2}(\w+): \S/.exec(line)?.[1]))).toEqual(
    new Set(["DATABASE_URL", "LOG_LEVEL", "PORT", "SUBGRAPH_URLS"]),
  );
  expect(lines.length).toBe(4);
});

test.for([
  [z.string(), undefined, "must be set"],
  [z.coerce.number(), "abc", "must be a number"],
  [z.coerce.number().int(), "1.5", "must be a whole number"],
  [z.coerce.number().min(1), "0", "must be at least 1"],
  [z.coerce.number().max(65_535), "65536", "must be at most 65535"],
  [z.string().min(8), "short", "must be at least 8 characters long"],
  [z.enum(["json", "text"]), "xml", "must be one of json, text"],
  [z.stringbool(), "perhaps", /^must be one of true, 1, yes/],
  [z.url(), "nowhere", "must be a URL"],
  [z.string().refine((value) => value === "us", "says who we are"), "them", "says who we are"],
] as const)("a setting that cannot be used is named in plain words: %o", ([shape, given, problem]) => {
  const message = refusal(z.object({ KEY: shape }), given === undefined ? {} : { KEY: given });
  expect(message.split("\n  KEY: ")[1]).toMatch(problem);
});

test("JSON may stand in a file", () => {
  const file = join(folder, "key.json");
  writeFileSync(file, JSON.stringify(key));
  expect(readEnv(z.object({ KEY: privateKey }), { KEY: file })).toEqual({ KEY: key });
});

test("neither JSON nor a file is refused", () => {
  expect(refusal(z.object({ KEY: privateKey }), { KEY: join(folder, "absent.json") })).toMatch(/KEY: neither JSON/);
  expect(refusal(z.object({ KEY: privateKey }), { KEY: folder })).toMatch(/^settings cannot be used:\n {2}KEY: \S/);
  expect(refusal(z.object({ KEYS: issuerKeys }), { KEYS: '{"router":{"keys":[{"kty":"OKP"}]}}' })).toMatch(
    /KEYS: .*kid/,
  );
});

test("a refusal repeats nothing of a secret", () => {
  for (const broken of ['{"d":"sesame', '{"d":sesame}', '{"kty":"OKP","d":"sesame"}']) {
    const message = refusal(z.object({ KEY: privateKey }), { KEY: broken });
    expect(message).toContain("KEY: ");
    expect(message).not.toContain("sesame");
  }
  const file = join(folder, "broken.json");
  writeFileSync(file, "sesame");
  expect(refusal(z.object({ KEY: jsonOrFile(z.unknown()) }), { KEY: file })).not.toContain("sesame");
});
