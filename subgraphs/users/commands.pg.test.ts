import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { systemClock } from "../../kit/clock.ts";
import { openDatabase } from "../../kit/database/db.ts";
import { newId } from "../../kit/id.ts";
import { userCaller } from "../../kit/testing/subgraph.ts";
import type { Deps } from "./deps.ts";
import { anchorText, sealOf } from "./domain/audit-chain.ts";
import { deriveSecrets } from "./keys/secrets.ts";
import { signAccessToken } from "./keys/signing-keys.ts";
import { testSecret, testUsers } from "./testing.ts";

let users: Awaited<ReturnType<typeof testUsers>>;
beforeAll(async () => {
  users = await testUsers();
});
afterAll(() => users.stop());

/** A command is a process of its own, which takes its time on a busy machine. */
const patient = { timeout: 120_000 };
let secret = testSecret;

/** Runs a command of users with the present secret; answers its exit code and the JSON it printed. */
async function run(file: string, ...args: string[]) {
  const env = { PATH: "", DATABASE_URL: users.database.url, KEY_ENCRYPTION_KEY: secret };
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

test("verify-audit says yes to a sound chain and no to a shortened one", patient, async () => {
  const { user } = await users.register("ayu@example.test");
  await users.mutate("eraseMe", { password: "correct horse" }, "", userCaller(user.id, "customer"));
  await users.deliverAudit();
  const sound = await run("verify-audit.ts");
  expect(sound).toMatchObject({ code: 0, printed: { entries: 1, fault: null } });
  const anchor = String(sound.printed["anchor"]);
  const later = sealed(2, "a".repeat(64));
  const [fits, lost] = await Promise.all([
    run("verify-audit.ts", "--anchor", anchor),
    run("verify-audit.ts", "--anchor", anchor, "--anchor", later),
  ]);
  expect(fits).toMatchObject({ code: 0, printed: { anchors: 1, fault: null } });
  expect(lost).toMatchObject({ code: 1, printed: { anchors: 2, fault: { sequence: 2, fault: "ANCHOR_LOST" } } });
});

test("an anchor that is none is an error of its own", patient, async () => {
  const [malformed, missing] = await Promise.all([
    run("verify-audit.ts", "--anchor", "2:00"),
    run("verify-audit.ts", "--anchors", "/no/such/file"),
  ]);
  expect(malformed).toEqual({ code: 2, printed: null });
  expect(missing).toEqual({ code: 2, printed: null });
});

test(
  "rotate-keys publishes the new key beside the old; with --now the others retire within a minute or two",
  patient,
  async () => {
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
  },
);

test(
  "after a change of KEY_ENCRYPTION_KEY nobody signs in until rotate-keys --now; the chain verifies no more",
  patient,
  async () => {
    secret = "another secret of tests, long enough to be one";
    const later = openDatabase({ url: users.database.url, max: 1 });
    const settings = { ACCESS_TOKEN_ISSUER: "i", ACCESS_TOKEN_AUDIENCE: "a", ACCESS_TOKEN_SECONDS: 600 };
    const deps = { db: later.db, clock: systemClock(), secrets: deriveSecrets(secret), settings } as Deps;
    const sign = () => signAccessToken(deps, { userId: newId("usr"), sessionId: newId("ses"), roles: [] });
    try {
      await expect(sign()).rejects.toThrow();
      expect((await run("rotate-keys.ts", "--now")).code).toBe(0);
      expect((await sign()).accessToken).toMatch(/^ey/);
      expect((await run("verify-audit.ts")).code).toBe(1);
    } finally {
      await later.close();
    }
  },
);
