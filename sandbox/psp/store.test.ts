import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { nodeDisk, type Disk } from "./journal.ts";
import { unixNow, type Customer, type StoredAnswer, type StripeEvent } from "./records.ts";
import { openStore, type Store } from "./store.ts";

describe("the journal", () => {
  let folder: string;
  let stores: Store[] = [];
  beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "psp-store-"))));
  afterEach(async () => {
    for (const store of stores.splice(0)) await store.close().catch(() => {});
    rmSync(folder, { recursive: true, force: true });
  });
  const opened = async (compactBytes: number, disk: Disk = nodeDisk) => {
    const store = await openStore(folder, { compactBytes, disk });
    stores.push(store);
    return store;
  };
  const journal = () => join(folder, "journal.jsonl");
  const base = (id: string, created = unixNow()) => ({ id, created, livemode: false }) as const;
  const blank = { email: null, phone: null, description: null, metadata: {} };
  const customer = (id: string, name: string): Customer => ({ ...base(id), ...blank, object: "customer", name });
  const put = (store: Store, id: string, name: string) =>
    store.commit([{ kind: "customer", value: customer(id, name) }]);
  const event = (id: string, created = unixNow()): StripeEvent => ({
    ...base(id, created),
    object: "event",
    api_version: "x",
    data: { object: {} },
    pending_webhooks: 1,
    request: { id: null, idempotency_key: null },
    type: "x",
  });
  const answer = (id: string, created: number): StoredAnswer => ({
    id,
    created,
    path: "/",
    fingerprint: "",
    status: 200,
    body: "",
  });

  it("stays small however often one thing changes, and says the same after a restart", async () => {
    const store = await opened(4_000);
    store.commit([{ kind: "event", value: event("evt_waiting") }]);
    store.commit([{ kind: "event", value: event("evt_taken") }]);
    store.delivered("evt_taken");
    for (let change = 0; change < 500; change += 1) {
      put(store, `cus_${change % 3}`, `name ${change}`);
      if (change % 10 === 0) await store.flushed();
    }
    await store.close();
    expect(statSync(journal()).size).toBeLessThan(20_000);
    const again = await opened(4_000);
    expect(again.all("customer").map(({ id, name }) => [id, name])).toEqual([
      ["cus_0", "name 498"],
      ["cus_1", "name 499"],
      ["cus_2", "name 497"],
    ]);
    expect(again.undelivered()).toEqual(["evt_waiting"]);
    expect(again.all("event").map(({ id }) => id)).toEqual(["evt_waiting", "evt_taken"]);
  });

  it("forgets answers and taken events that are too old to be asked for, never one that waits", async () => {
    const store = await opened(1e9);
    const longAgo = unixNow() - 40 * 24 * 3600;
    for (const id of ["evt_old", "evt_waits"]) store.commit([{ kind: "event", value: event(id, longAgo) }]);
    store.delivered("evt_old");
    store.commit([{ kind: "answer", value: answer("old", longAgo) }]);
    store.commit([{ kind: "answer", value: answer("new", unixNow() - 3600) }]);
    await store.close();
    await (await opened(1)).close();
    const text = readFileSync(journal(), "utf8");
    expect(["evt_old", "evt_waits", '"id":"old"', '"id":"new"'].map((part) => text.includes(part))).toEqual([
      false,
      true,
      false,
      true,
    ]);
  });

  it("is whole after a crash at any step of the rewriting", { timeout: 60_000 }, async () => {
    const before = await opened(1e9);
    for (const index of [0, 1, 2]) put(before, `cus_${index}`, "first");
    put(before, "cus_1", "second");
    await before.close();
    const original = readFileSync(journal());
    for (const step of ["openNew", "write", "sync", "rename", "syncFolder"]) {
      for (const when of ["before", "after"]) {
        rmSync(`${journal()}.new`, { force: true });
        rmSync(journal());
        appendFileSync(journal(), original);
        const child = spawn(process.execPath, [join(import.meta.dirname, "testing/crash.ts"), folder, step, when], {
          stdio: ["ignore", "ignore", "inherit"],
        });
        const [, signal] = (await once(child, "exit")) as [number | null, string | null];
        expect([step, when, signal]).toEqual([step, when, "SIGKILL"]);
        const store = await opened(1e9);
        expect(store.all("customer").map(({ name }) => name)).toEqual(["first", "second", "first"]);
        expect(existsSync(`${journal()}.new`)).toBe(false);
        await store.close();
      }
    }
  });

  it("goes on as it is when the copy cannot be written, and loses nothing", async () => {
    const full: Disk = { ...nodeDisk, write: () => Promise.reject(new Error("ENOSPC")) };
    const store = await opened(1, full);
    for (let change = 0; change < 20; change += 1) {
      put(store, "cus_0", `name ${change}`);
      await store.flushed();
    }
    await store.close();
    expect(existsSync(`${journal()}.new`)).toBe(false);
    expect((await opened(1e9)).get("customer", "cus_0")?.name).toBe("name 19");
  });

  it("tells which line is damaged, and refuses to guess", async () => {
    const store = await opened(1e9);
    put(store, "cus_0", "kept");
    await store.close();
    appendFileSync(journal(), "not json\n");
    copyFileSync(journal(), `${journal()}.new`);
    await expect(opened(1)).rejects.toThrow("damaged at line 2");
  });
});
