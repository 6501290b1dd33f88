import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { userCaller } from "../../kit/testing/subgraph.ts";
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
  return { code, printed: JSON.parse(stdout) as Record<string, unknown> };
}

test("verify-audit says yes to a sound chain and no to a shortened one", async () => {
  const { user } = await users.register("ayu@example.test");
  await users.mutate("eraseMe", { password: "correct horse" }, "", userCaller(user.id, "customer"));
  await users.deliverAudit();
  const sound = await run("verify-audit.ts");
  expect(sound).toMatchObject({ code: 0, printed: { entries: 1, fault: null } });
  const anchor = String(sound.printed["anchor"]);
  expect((await run("verify-audit.ts", "--anchor", anchor)).code).toBe(0);
  const wrong = await run("verify-audit.ts", "--anchor", "2:00");
  expect(wrong).toMatchObject({ code: 1, printed: { fault: { fault: "ANCHOR_LOST" } } });
});

test("rotate-keys publishes the new key beside the old", async () => {
  const { printed } = await run("rotate-keys.ts");
  const [row] = await users.sql`select count(*)::int as n from signing_keys where kid = ${String(printed["kid"])}`;
  expect(row?.["n"]).toBe(1);
});
