import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { userCaller } from "../../kit/testing/subgraph.ts";
import { anchorText, sealOf } from "./domain/audit-chain.ts";
import { deriveSecrets } from "./keys/secrets.ts";
import { testSecret, testUsers } from "./testing.ts";

let users: Awaited<ReturnType<typeof testUsers>>;
beforeAll(async () => {
  users = await testUsers();
});
afterAll(() => users.stop());

/** Runs a command of users; answers its exit code and the JSON it printed. */
async function run(file: string, ...args: string[]) {
  const env = { PATH: "", DATABASE_URL: users.database.url, KEY_ENCRYPTION_KEY: testSecret };
  const command = promisify(execFile)(process.execPath, [join(import.meta.dirname, file), ...args], { env });
  const { stdout, code } = await command.then(
    (done) => ({ stdout: done.stdout, code: 0 }),
    (failed: { stdout: string; code: number }) => failed,
  );
  return { code, printed: JSON.parse(stdout || "null") as Record<string, unknown> };
}

/** An anchor whose seal fits. */
const sealed = (sequence: number, link: string) =>
  anchorText({ sequence, link, seal: sealOf(deriveSecrets(testSecret).audit, sequence, link) });

test("verify-audit says yes to a sound chain and no to a shortened one", async () => {
  const { user } = await users.register("ayu@example.test");
  await users.mutate("eraseMe", { password: "correct horse" }, "", userCaller(user.id, "customer"));
  await users.deliverAudit();
  const sound = await run("verify-audit.ts");
  expect(sound).toMatchObject({ code: 0, printed: { entries: 1, fault: null } });
  const anchor = String(sound.printed["anchor"]);
  expect(await run("verify-audit.ts", "--anchor", anchor)).toMatchObject({ code: 0, printed: { anchors: 1 } });
  const later = sealed(2, "a".repeat(64));
  const lost = await run("verify-audit.ts", "--anchor", anchor, "--anchor", later);
  expect(lost).toMatchObject({ code: 1, printed: { anchors: 2, fault: { sequence: 2, fault: "ANCHOR_LOST" } } });
  const forged = await run("verify-audit.ts", "--anchor", later.replace(/^2/, "1"));
  expect(forged).toMatchObject({ code: 1, printed: { fault: { sequence: 1, fault: "FORGED_ANCHOR" } } });
  expect(await run("verify-audit.ts", "--anchor", "2:00")).toMatchObject({ code: 2, printed: null });
  expect(await run("verify-audit.ts", "--anchors", "/no/such/file")).toMatchObject({ code: 2, printed: null });
});

test("rotate-keys publishes the new key beside the old; with --now the others retire within a minute or two", async () => {
  const { printed } = await run("rotate-keys.ts");
  const [row] = await users.sql`select count(*)::int as n from signing_keys where kid = ${String(printed["kid"])}`;
  expect(row?.["n"]).toBe(1);
  const urgent = (await run("rotate-keys.ts", "--now")).printed as { kid: string; activeFrom: string };
  const others = await users.sql<
    { retires_at: Date }[]
  >`select retires_at from signing_keys where kid <> ${urgent.kid}`;
  expect(others.length).toBeGreaterThan(0);
  for (const { retires_at } of others)
    expect(retires_at.getTime()).toBeLessThanOrEqual(Date.parse(urgent.activeFrom) + 60_000);
});
