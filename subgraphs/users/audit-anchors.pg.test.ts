import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import postgres from "postgres";
import { afterAll, beforeAll, expect, test } from "vitest";
import { newId } from "../../kit/id.ts";
import { userCaller } from "../../kit/testing/subgraph.ts";
import { verifyAudit } from "./actions/verify-audit.ts";
import { parseAnchor, type ChainHead } from "./domain/audit-chain.ts";
import { deriveSecrets } from "./keys/secrets.ts";
import { testSecret, testUsers } from "./testing.ts";

const key = deriveSecrets(testSecret).audit;
const admin = userCaller(newId("usr"), "admin");
let folder: string;
let users: Awaited<ReturnType<typeof testUsers>>;
let intruder: postgres.Sql;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "audit-anchors-"));
  users = await testUsers({}, { settings: { AUDIT_ANCHOR_FILE: join(folder, "anchors") } });
  // The owner of the tables, whom no grant stops.
  intruder = postgres(users.database.ownerUrl, { max: 1 });
});
afterAll(async () => {
  await intruder?.end();
  await users?.stop();
  await rm(folder, { recursive: true, force: true });
});

const kept = async (): Promise<ChainHead[]> =>
  (await readFile(join(folder, "anchors"), "utf8"))
    .trim()
    .split("\n")
    .map((line) => parseAnchor(line)!);

/** Makes `count` entries, and lets the time come at which their end is noted. */
async function grow(count: number) {
  const { user } = await users.register(`${newId("usr")}@example.test`);
  for (let n = 0; n < count; n += 1) await users.mutate("suspendUser", { userId: user.id, reason: `${n}` }, "", admin);
  await users.deliverAudit();
  expect(await users.runTimers()).toBe(0);
  users.clock.advance(600_000);
  await users.runTimers();
}

test("while the chain grows its end is noted, once each; while it rests nothing is", async () => {
  await grow(3);
  expect((await kept()).map(({ sequence }) => sequence)).toEqual([3]);
  users.clock.advance(600_000);
  expect(await users.runTimers()).toBe(0);
  await grow(1);
  expect((await kept()).map(({ sequence }) => sequence)).toEqual([3, 4]);
  expect(await verifyAudit(users.db, key, await kept())).toMatchObject({ entries: 4, anchors: 4, fault: null });
});

test("the serving role cannot take an anchor back", async () => {
  await expect(users.sql`delete from audit_anchors`).rejects.toThrow("permission denied");
  await expect(users.sql`update audit_anchors set link = ''`).rejects.toThrow("permission denied");
  await expect(users.sql`truncate audit_anchors`).rejects.toThrow("permission denied");
});

test("a chain cut off and sealed with an older end shows by its anchors, and a whole older database by those kept elsewhere", async () => {
  const [oldHead] = await intruder`select sequence, link, seal from audit_head`;
  await grow(2);
  await intruder`delete from audit_entries where sequence > ${oldHead?.["sequence"]}`;
  await intruder`update audit_head set ${intruder(oldHead ?? {}, "sequence", "link", "seal")}`;
  const lost = { sequence: 6, fault: "ANCHOR_LOST" };
  expect((await verifyAudit(users.db, key)).fault).toEqual(lost);
  await intruder`delete from audit_anchors where sequence > ${oldHead?.["sequence"]}`;
  expect((await verifyAudit(users.db, key)).fault).toBeNull();
  expect((await verifyAudit(users.db, key, await kept())).fault).toEqual(lost);
});

test("an anchor that nobody sealed says so", async () => {
  const [anchor] = await kept();
  const forged = { ...anchor!, link: "0".repeat(64) };
  expect((await verifyAudit(users.db, key, [forged])).fault).toEqual({ sequence: 3, fault: "FORGED_ANCHOR" });
});

test("a chain emptied altogether, which looks like a new one, shows by its anchors", async () => {
  await intruder`delete from audit_entries`;
  await intruder`delete from audit_head`;
  expect((await verifyAudit(users.db, key)).fault).toEqual({ sequence: 3, fault: "ANCHOR_LOST" });
});
