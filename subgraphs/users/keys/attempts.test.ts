import { expect, test, vi } from "vitest";
import { createAttempts, type Attempt } from "./attempts.ts";

const limits = { perAccount: 4, perAddress: 6, perPair: 2, retryAfterSeconds: 3 };
const refusal = { extensions: { code: "RATE_LIMITED", retryAfterSeconds: 3 } };
const settled = () => new Promise((resolve) => setImmediate(resolve));

/** Tries that end when they are told to: `outcomes` says of each what became of it. */
function stage() {
  const attempts = createAttempts(limits);
  const ends: (() => void)[] = [];
  const outcomes: string[] = [];
  const attempt = (account: string, address: string | null): Attempt => ({ account, address });
  return {
    attempts,
    outcomes,
    async tries(account: string, address: string | null, count = 1) {
      for (let n = 0; n < count; n++) {
        const index = outcomes.push("waits") - 1;
        attempts
          .admit(attempt(account, address), async ({ isKnown }) => {
            outcomes[index] = isKnown ? "known" : "in";
            await new Promise<void>((resolve) => ends.push(resolve));
          })
          .catch((error: unknown) => {
            expect(error).toMatchObject(refusal);
            outcomes[index] = "refused";
          });
      }
      await settled();
    },
    async end(count = 1) {
      for (const end of ends.splice(0, count)) end();
      await settled();
    },
    signedIn: (account: string, address: string) => attempts.succeeded(attempt(account, address)),
    count: (outcome: string) => outcomes.filter((each) => each === outcome).length,
  };
}

test("a thousand guesses at one account from one address take two places, and one waits", async () => {
  const { tries, count, outcomes } = stage();
  await tries("victim", "attacker", 1_000);
  expect([count("in"), count("waits"), count("refused")]).toEqual([2, 1, 997]);
  await tries("victim", "home");
  await tries("other", "attacker");
  await tries("other", "elsewhere");
  expect(outcomes.slice(1_000)).toEqual(["in", "in", "in"]);
});

test("guesses from many addresses keep the owner out only where the account is not known", async () => {
  const { tries, signedIn, outcomes } = stage();
  signedIn("victim", "home");
  for (let n = 0; n < 10; n++) await tries("victim", `attacker${n}`);
  expect(outcomes.filter((each) => each === "in")).toHaveLength(4);
  await tries("victim", "home");
  await tries("other", "elsewhere");
  expect(outcomes.slice(10)).toEqual(["known", "in"]);
});

test("guesses at many accounts from one address leave other addresses alone", async () => {
  const { tries, outcomes } = stage();
  for (let n = 0; n < 10; n++) await tries(`victim${n}`, "attacker");
  expect(outcomes.filter((each) => each === "in")).toHaveLength(6);
  await tries("victim0", "home");
  expect(outcomes[10]).toBe("in");
});

test("the latest who waits is next when a place is free; the ones before it may still have theirs", async () => {
  const { tries, end, outcomes } = stage();
  for (let n = 0; n < 4; n++) await tries("victim", `attacker${n}`);
  await tries("victim", "early");
  await tries("victim", "late");
  expect(outcomes.slice(4)).toEqual(["waits", "waits"]);
  await end();
  expect(outcomes.slice(4)).toEqual(["waits", "in"]);
  await end();
  expect(outcomes.slice(4)).toEqual(["in", "in"]);
});

test("no more than a hundred wait in all, and nobody longer than three seconds", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  try {
    const { tries, count, end } = stage();
    for (let n = 0; n < 204; n++) await tries("victim", `attacker${n}`);
    expect([count("in"), count("waits"), count("refused")]).toEqual([4, 100, 100]);
    vi.advanceTimersByTime(3_000);
    await settled();
    expect([count("in"), count("waits"), count("refused")]).toEqual([4, 0, 200]);
    await end(4);
    await tries("victim", "home");
    expect(count("in")).toBe(5);
  } finally {
    vi.useRealTimers();
  }
});

test("without an address the account alone counts", async () => {
  const { tries, count } = stage();
  await tries("victim", null, 10);
  expect([count("in"), count("waits"), count("refused")]).toEqual([4, 1, 5]);
});
