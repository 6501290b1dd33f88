/** Faults on the way to the card provider and back. */
import { setTimeout as wait } from "node:timers/promises";
import type { World } from "../world/world.ts";
import { providerTimeoutMs } from "../world/durations.ts";
import type { Answer, Behaviour } from "../world/http-proxy.ts";

/** How long calls or webhooks are waited for before a fault counts as missed, milliseconds. */
const patienceMs = 30_000;
const isCall = (method: string) => method === "POST";

/** Has `behave` decide on requests until it says that it is done; answers false when too few came in time. */
async function during(proxy: World["provider"], make: (done: () => void) => Behaviour): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const impatient = setTimeout(() => resolve(false), patienceMs);
  proxy.behave(make(() => resolve(true)));
  const struck = await promise;
  clearTimeout(impatient);
  proxy.behave();
  return struck;
}

/** So many calls hang: the provider never hears of them, or acts and its answer is lost. */
export const silence = (world: World, when: "before-charging" | "after-charging", calls: number): Promise<boolean> => {
  let left = calls;
  return during(world.provider, (done) => async (forward, { method }) => {
    if (!isCall(method) || left <= 0) return forward();
    left--;
    if (when === "after-charging") await forward();
    if (left === 0) done();
    // Longer than payments waits.
    await wait(providerTimeoutMs + 300);
    return null;
  });
};

/** Ends a process around a provider call: `before` the provider hears of it, or `after` it acted and before its answer arrives. */
export const strikeAroundCall = (
  world: World,
  when: "before" | "after",
  strike: () => Promise<void>,
): Promise<boolean> => {
  let struck = false;
  return during(world.provider, (done) => async (forward, { method }) => {
    if (!isCall(method) || struck) return forward();
    struck = true;
    if (when === "after") await forward();
    await strike();
    done();
    return null;
  });
};

async function reordered(window: (() => Promise<void>)[]): Promise<void> {
  for (const send of window.splice(0).toReversed()) await send();
}

/** Webhooks arrive twice, newest first, or seconds late. */
export const disturbWebhooks = (
  world: World,
  how: "repeated" | "reordered" | "delayed",
  count: number,
): Promise<boolean> => {
  let left = count;
  const window: (() => Promise<void>)[] = [];
  return during(world.webhooks, (done) => async (forward) => {
    if (left <= 0) return forward();
    if (--left === 0) done();
    if (how === "delayed") {
      await wait(2_000);
      return forward();
    }
    if (how === "repeated") {
      const [answer] = await Promise.all([forward(), forward()]);
      return answer;
    }
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    window.push(() => forward().then(resolve, reject));
    if (left === 0 || window.length === 3) void reordered(window);
    else setTimeout(() => void reordered(window), 700);
    return promise;
  });
};
