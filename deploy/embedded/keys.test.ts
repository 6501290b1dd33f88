import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { loadSecrets, publicKeys } from "./keys.ts";

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "antar-keys-"))));
afterEach(() => rmSync(folder, { recursive: true }));

test("what a start made is kept by the next, in a file for its owner alone", async () => {
  const made = await loadSecrets(folder, ["router"], ["menu_app"]);
  expect(await loadSecrets(folder, ["router"], ["menu_app"])).toEqual(made);
  expect(statSync(join(folder, "secrets.json")).mode & 0o777).toBe(0o600);
});

test("a service that joined since gets its own, and nobody else's change", async () => {
  const made = await loadSecrets(folder, ["router"], ["menu_app"]);
  const grown = await loadSecrets(folder, ["router", "loyalty"], ["menu_app", "loyalty_app"]);
  expect(grown).toMatchObject(made);
  expect(grown.identity["loyalty"]?.kid).toBe("loyalty-1");
  expect(grown.databasePasswords["loyalty_app"]).toMatch(/^[\w-]{32}$/);
  expect(JSON.parse(readFileSync(join(folder, "secrets.json"), "utf8"))).toEqual(grown);
});

test("what is told to others holds no private half", async () => {
  const told = publicKeys(await loadSecrets(folder, ["router"], []));
  expect(told["router"]?.keys).toEqual([expect.not.objectContaining({ d: expect.anything() })]);
});

test("a damaged file is named, with what to do", async () => {
  writeFileSync(join(folder, "secrets.json"), "{");
  await expect(loadSecrets(folder, [], [])).rejects.toThrow(/secrets\.json cannot be read.*clear the data folder/);
});
