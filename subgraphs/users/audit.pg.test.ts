import postgres from "postgres";
import { afterAll, beforeAll, expect, test } from "vitest";
import { userCaller } from "../../kit/testing/subgraph.ts";
import { demoId, demoUserId } from "../../demo/world/world.ts";
import { verifyAudit } from "./actions/verify-audit.ts";
import { seed } from "./db/seed.ts";
import { deriveSecrets } from "./keys/secrets.ts";
import { testSecret, testUsers } from "./testing.ts";

const key = deriveSecrets(testSecret).audit;
const admin = userCaller(demoUserId.admin(), "admin");
const userId = demoUserId.customer(0);
const input = { userId, restaurantId: demoId("rst", 0) };
let users: Awaited<ReturnType<typeof testUsers>>;
/** The owner of the tables, whom no grant stops. */
let intruder: postgres.Sql;

beforeAll(async () => {
  users = await testUsers({ menu: () => ({ knownInMenu: { restaurant: true } }) });
  await seed(users.db, "test", users.clock.now());
  intruder = postgres(users.database.ownerUrl, { max: 1 });
  await users.mutate("setRoles", { userId, roles: ["CUSTOMER", "COURIER"] }, "", admin);
  await users.mutate("suspendUser", { userId, reason: "A test." }, "", admin);
  await users.mutate("reinstateUser", { userId }, "", admin);
  await users.mutate("grantOwnership", input, "", admin);
  await users.mutate("removeMember", input, "", admin);
  await users.deliverAudit();
});
afterAll(async () => {
  await intruder?.end();
  await users?.stop();
});

const actions = ["user.roles-changed", "user.suspended", "user.reinstated", "membership.changed", "membership.changed"];

test("every privileged change is one link of the chain, however often its event comes, another subgraph's too", async () => {
  await users.deliverAudit();
  const auditId = demoId("aud", 1);
  const data = { auditId, actorId: userId, action: "order.refunded", subjectId: "ord_x", at: "2026-06-01T00:00:00Z" };
  await users.deliver({ type: "audit.recorded.v1", source: "payments", aggregateId: auditId, data });
  const text = `{ auditLog(first: 10) { edges { node { sequence source action actor { id } subjectId } } } }`;
  const { edges } = (await users.graphql(text, {}, admin)).data.auditLog;
  const entries = edges.map((edge: { node: { action: string } }) => edge.node).toReversed();
  expect(entries.map(({ action }: { action: string }) => action)).toEqual([...actions, "order.refunded"]);
  expect(entries[0]).toMatchObject({
    sequence: 1,
    source: "users",
    actor: { id: demoUserId.admin() },
    subjectId: userId,
  });
  expect(entries[5]).toMatchObject({ sequence: 6, source: "payments", actor: { id: userId } });
  expect(await verifyAudit(users.db, key)).toMatchObject({ entries: 6, fault: null });
});

test("a person's export tells what was done to them, and not by whom", async () => {
  const { data } = await users.graphql("{ myData }", {}, userCaller(userId, "customer"));
  const { changes } = data.myData.users;
  expect(changes.map(({ action }: { action: string }) => action).toSorted()).toEqual(actions.toSorted());
  expect(JSON.stringify(changes)).not.toContain(demoUserId.admin());
});

test.each([
  "update audit_entries set action = 'x'",
  "delete from audit_entries",
  "truncate audit_entries",
  "delete from audit_head",
])("the serving role may not %s", async (statement) => {
  await expect(users.sql.unsafe(statement)).rejects.toThrow("permission denied");
});

const swap = `update audit_entries set sequence = case sequence when 1 then -2 else -1 end where sequence in (1, 2);
  update audit_entries set sequence = -sequence where sequence < 0`;
const last = "sequence = (select max(sequence) from audit_entries)";
const moveHead = `update audit_head set (sequence, link) = (select sequence, link from audit_entries where ${last})`;

test.each([
  ["another actor", "update audit_entries set actor_id = 'usr_other' where sequence = 2", 2, "EDITED"],
  ["another detail", `update audit_entries set detail = '{"roles": []}' where sequence = 1`, 1, "EDITED"],
  ["another time", "update audit_entries set at = at + interval '1 ms' where sequence = 3", 3, "EDITED"],
  ["an entry deleted", "delete from audit_entries where sequence = 2", 2, "MISSING"],
  ["the first deleted", "delete from audit_entries where sequence = 1", 1, "MISSING"],
  ["two exchanged", swap, 1, "BROKEN_LINK"],
  ["the last cut off", `delete from audit_entries where ${last}`, 6, "TRUNCATED"],
  ["cut off, end moved", `delete from audit_entries where ${last}; ${moveHead}`, 5, "FORGED_HEAD"],
])("%s shows", async (_what, tampering, sequence, fault) => {
  await intruder.unsafe(
    `create table kept as table audit_entries; create table kept_head as table audit_head; ${tampering}`,
  );
  const report = await verifyAudit(users.db, key);
  await intruder.unsafe(`delete from audit_entries; insert into audit_entries select * from kept; drop table kept;
    delete from audit_head; insert into audit_head select * from kept_head; drop table kept_head`);
  expect(report.fault).toEqual({ sequence, fault });
  expect((await verifyAudit(users.db, key)).fault).toBeNull();
});
