import { createHash } from "node:crypto";
import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { HttpRequest } from "../../kit/server/http.ts";
import { openDocumentGate, type DocumentGate } from "./document-gate.ts";

const log = pino({ level: "silent" });
const sha = (text: string) => createHash("sha256").update(text).digest("hex");
const registry = (...texts: string[]) =>
  JSON.stringify({ operations: Object.fromEntries(texts.map((document) => [sha(document), { document }])) });
const byHash = (text: string): HttpRequest => ({
  method: "POST",
  url: new URL("http://localhost/graphql"),
  headers: {},
  rawBody: Buffer.from(JSON.stringify({ documentId: `sha256:${sha(text)}` })),
  remoteAddress: "",
  signal: new AbortController().signal,
});

let folder: string;
let file: string;
let gate: DocumentGate | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "antar-gate-"));
  file = join(folder, "operations.json");
});
afterEach(() => {
  gate?.close();
  gate = undefined;
  rmSync(folder, { recursive: true });
});

const open = async (onlyTrusted = true) => (gate = await openDocumentGate({ file, onlyTrusted, log }));

/** As deployments do it: a new file takes the place of the old one. */
function replace(text: string): void {
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
}

test("what is not registered gets a coded 403 that says nothing of the schema", async () => {
  writeFileSync(file, registry("{ a }"));
  const refused = (await open()).admit(byHash("{ b }"));
  expect(refused).toMatchObject({ ok: false, error: { status: 403 } });
  expect(refused.ok ? "" : refused.error.body).toBe(
    '{"errors":[{"message":"Only operations that are registered with this service are answered.","extensions":{"code":"OPERATION_NOT_REGISTERED"}}]}',
  );
});

test("a new file counts as soon as it is there; a corrupt one changes nothing", async () => {
  writeFileSync(file, registry("{ a }"));
  const { admit } = await open();
  expect([admit(byHash("{ a }")).ok, admit(byHash("{ b }")).ok]).toEqual([true, false]);
  replace(registry("{ b }"));
  await vi.waitFor(() => expect([admit(byHash("{ a }")).ok, admit(byHash("{ b }")).ok]).toEqual([false, true]), 10_000);
  const errors = vi.spyOn(log, "error");
  replace("{");
  await vi.waitFor(() => expect(errors).toHaveBeenCalled(), 10_000);
  expect(admit(byHash("{ b }")).ok).toBe(true);
});

test("without a usable file the safelist does not start, and development has nothing registered", async () => {
  await expect(open()).rejects.toThrow(/operations\.json cannot be used/);
  const { admit } = await open(false);
  expect(admit(byHash("{ a }"))).toMatchObject({ ok: false, error: { status: 404 } });
});
