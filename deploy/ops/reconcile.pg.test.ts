/** `npm run ops -- reconcile` as a process, beside a running payments and the sandbox provider. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startMoney, type Money } from "../../subgraphs/payments/testing/money.ts";

let rig: Money;
beforeAll(async () => {
  rig = await startMoney();
  // The provider dates its objects, and an operator asks, by the machine's clock.
  rig.clock.advance(Date.now() - rig.clock.now().getTime());
  await rig.runTimers();
});
afterAll(() => rig.stop());

async function ops(args: string[], settings: Record<string, string> = {}) {
  const env = { PAYMENTS_DATABASE_URL: rig.database.url, ...settings };
  const child = spawn(process.execPath, [join(import.meta.dirname, "main.ts"), ...args], { env });
  const [out, problems, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
  return { code: code as number | null, out, problems };
}

/** Runs payments' own timers while `work` goes on. */
async function whileRunning<T>(work: Promise<T>): Promise<T> {
  let over = false;
  const done = work.finally(() => (over = true));
  while (!over) {
    rig.clock.advance(Math.max(0, Date.now() - rig.clock.now().getTime()));
    await rig.runTimers();
  }
  return done;
}

const charge = () =>
  rig.stripe.paymentIntents.create({
    amount: 5_000,
    currency: "idr",
    payment_method: "pm_card_visa",
    capture_method: "manual",
    confirm: true,
    automatic_payment_methods: { enabled: true, allow_redirects: "never" },
  });

test("repairs what a webhook should have told, exits with 0, and is audited", async () => {
  const orderId = await rig.order();
  await rig.stripe.paymentIntents.cancel((await rig.intents(orderId))[0]!.id);
  const { code, out } = await whileRunning(ops(["reconcile", "--since", "1h"]));
  expect({ code, out }).toEqual({
    code: 0,
    out: expect.stringMatching(/^1 compared since .*, 1 repaired, 0 findings open\n$/),
  });
  expect(await rig.stateOf(orderId)).toBe("EXPIRED");
  const audits = (await rig.outbox()).filter(({ type }) => type === "audit.recorded.v1").map(({ data }) => data);
  expect(audits).toMatchObject([{ action: "reconciliation.started", actorId: null }]);
});

test("tells what a person has to see, and exits with 1 while it is open", async () => {
  const { id } = await charge();
  const { code, out } = await whileRunning(ops(["reconcile", "--json"]));
  expect(code).toBe(1);
  expect(JSON.parse(out)).toMatchObject({
    outcome: "done",
    repaired: 0,
    findings: [{ kind: "UNKNOWN_CHARGE", subject: id, paymentId: null, facts: { theirAmountMinor: 5_000 } }],
  });
  const again = await whileRunning(ops(["reconcile"]));
  expect(again.out).toContain("1 findings open");
  expect(again.out).toContain(`UNKNOWN_CHARGE      ${id} since `);
});

test("tells when nobody runs payments", async () => {
  const { code, out } = await ops(["reconcile", "--json"], { OPS_PATIENCE_MS: "0" });
  expect(code).toBe(1);
  expect(JSON.parse(out)).toMatchObject({ outcome: "pending" });
});

test("a window of another command is refused", async () => {
  const { code, out, problems } = await ops(["events", "list", "--since", "1h"]);
  expect({ code, out }).toEqual({ code: 2, out: "" });
  expect(problems).toMatch(/^npm run ops: --since belongs to reconcile; [^\n]+\n$/);
});

test.for<[string, string[], RegExp]>([
  ["a word too many", ["reconcile", "everything"], /^reconcile takes no everything$/],
  ["a time to come", ["reconcile", "--since", "2999-01-01"], /^--since takes an instant that is past/],
])("%s is refused in one line", async ([, args, problem]) => {
  const { code, out, problems } = await ops(args);
  expect({ code, out }).toEqual({ code: 1, out: "" });
  expect(problems.trimEnd()).toMatch(problem);
  expect(problems.trimEnd()).not.toContain("\n");
});
