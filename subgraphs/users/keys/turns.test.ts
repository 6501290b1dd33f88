import fc from "fast-check";
import { expect, test } from "vitest";
import { createTurns } from "./turns.ts";

const settled = () => new Promise((resolve) => setImmediate(resolve));

test("never more at once than allowed, never more waiting, and everyone in order of coming", async () => {
  const limits = fc.record({ atOnce: fc.integer({ min: 1, max: 4 }), waiting: fc.integer({ min: 0, max: 6 }) });
  await fc.assert(
    fc.asyncProperty(limits, fc.integer({ min: 1, max: 20 }), fc.func(fc.boolean()), async (limit, count, fails) => {
      const turn = createTurns(limit);
      const begun: number[] = [];
      const ends: (() => void)[] = [];
      const work = (n: number) => async () => {
        begun.push(n);
        await new Promise<void>((resolve) => ends.push(resolve));
        if (fails(n)) throw new Error("failed in its turn");
      };
      const outcomes = Promise.allSettled(Array.from({ length: count }, (_, n) => turn("", work(n))));
      const admitted = Math.min(count, limit.atOnce + limit.waiting);
      for (let ended = 0; ended < admitted; ended += 1) {
        await settled();
        expect(begun.length).toBe(Math.min(admitted, limit.atOnce + ended));
        ends[ended]?.();
      }
      const refused = (await outcomes).filter(
        (outcome) => outcome.status === "rejected" && outcome.reason.extensions?.code === "RATE_LIMITED",
      );
      expect(refused).toHaveLength(count - admitted);
      expect(begun).toEqual(Array.from({ length: admitted }, (_, n) => n));
    }),
  );
});

test("after a refusal the place is free again", async () => {
  const turn = createTurns({ atOnce: 1, waiting: 0 });
  const first = Promise.withResolvers<string>();
  const running = turn("a", () => first.promise);
  await expect(turn("b", async () => "refused")).rejects.toMatchObject({ extensions: { code: "RATE_LIMITED" } });
  first.resolve("done");
  expect(await running).toBe("done");
  expect(await turn("b", async () => "next")).toBe("next");
});

/** Asks in this order while the only place is taken, then lets everyone through; who was served, in order, and who was refused. */
async function served(waiting: number, keys: readonly string[]): Promise<{ served: string[]; refused: string[] }> {
  const turn = createTurns({ atOnce: 1, waiting });
  const held = Promise.withResolvers<void>();
  const holding = turn("holder", () => held.promise);
  const order: string[] = [];
  const refused: string[] = [];
  const all = keys.map((key) =>
    turn(key, async () => void order.push(key)).catch((error: { extensions?: object }) => {
      expect(error.extensions).toEqual({ code: "RATE_LIMITED", retryAfterSeconds: 1 });
      refused.push(key);
    }),
  );
  held.resolve();
  await Promise.all([holding, ...all]);
  return { served: order, refused };
}

test("keys take turns, however many one of them has waiting", async () => {
  const { served: order } = await served(100, "aaaaaabbc".split(""));
  expect(order.join("")).toBe("abcabaaaa");
});

test("where no more may wait, the one with most waiting gives way, and nobody to one of its own", async () => {
  const { served: order, refused } = await served(4, "aaaaaabcb".split(""));
  expect(order.join("")).toBe("abca");
  expect(refused.toSorted().join("")).toBe("aaaab");
});
