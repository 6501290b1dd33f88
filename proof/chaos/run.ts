/** One chaos run: a world, a load, the faults of its seed, calm, and then the independent check. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { SeedSize } from "../../demo/world/world.ts";
import { check, type Findings } from "./checker/check.ts";
import type { Sources } from "./checker/evidence.ts";
import { takeBaseline } from "./checker/baseline.ts";
import { strike } from "./faults/strike.ts";
import { openAcknowledgements } from "../load/acknowledgements.ts";
import { newCity, type City } from "../load/city.ts";
import { startLoad } from "../load/load.ts";
import { calm } from "./quiescence.ts";
import { describe, scheduleOf, type Fault } from "./schedule.ts";
import { durations, providerDurations } from "./world/durations.ts";
import { giveBanks } from "./world/banks.ts";
import { startWorld, type Tell, type World } from "./world/world.ts";

/** The last line of `npm run chaos`. */
export type Report = {
  orders: number;
  faults: number;
  /** Faults that took effect while orders were in flight. */
  faultsThatStruck: number;
  completedShare: number;
  lost: number;
  doubleCharged: number;
  /** Sum of the absolute sums per currency. */
  ledgerSum: number;
  nonTerminal: number;
  violations: Findings["violations"];
  seed: number;
};

/** What a run is given; `tell` hears how it goes. */
export type RunOptions = { orders: number; faults: number; seed: number; keep?: boolean; tell: Tell } & {
  /** Given what the checker read, once it has, while the databases still stand; may write to them. */
  afterwards?: (sources: Sources) => Promise<void>;
};

/** Longest wait for the orders in flight once the last was placed and the last fault struck, and then for calm, milliseconds. */
const drainMs = 240_000;
const calmMs = 120_000;
const stallMs = 180_000;

/** A small run takes the small world, which starts sooner. */
const sizeOf = ({ orders }: RunOptions): SeedSize => (orders > 100 ? "demo" : "test");

type Struck = { count: number; lastAt: number };

/** Strikes each fault when its orders are placed. */
async function strikeAll(
  world: World,
  city: City,
  faults: readonly Fault[],
  tell: Tell,
  struck: Struck,
): Promise<void> {
  for (const [index, fault] of faults.entries()) {
    while (city.placed < fault.afterOrders) {
      if (city.over) return;
      await wait(20);
    }
    const inFlight = city.inFlight.size;
    const began = performance.now();
    const outcome = await strike(world, fault);
    struck.lastAt = Date.now();
    if (outcome.struck && inFlight > 0) struck.count++;
    const seconds = ((performance.now() - began) / 1_000).toFixed(1);
    tell(
      `fault ${index + 1}/${faults.length} ${outcome.struck ? "struck" : "missed"} ${inFlight} orders in flight, ${seconds} s: ${describe(fault)}${outcome.note ? ` (${outcome.note})` : ""}`,
    );
  }
}

const shareOf = (city: City) => {
  const ended = [...city.ended.values()].reduce((sum, count) => sum + count, 0);
  return { ended, completed: city.ended.get("COMPLETED") ?? 0 };
};

function startProgress(city: City, tell: Tell): NodeJS.Timeout {
  return setInterval(() => {
    const { ended, completed } = shareOf(city);
    tell(
      `${city.placed}/${city.wanted} placed, ${city.inFlight.size} in flight, ${ended} ended, ${completed} completed`,
    );
  }, 10_000);
}

/** Waits for the orders; gives up when nothing has been placed or ended for long. */
async function untilOrdered(city: City, ordered: Promise<void>, faults: Promise<void>): Promise<void> {
  let done = false;
  const all = Promise.all([ordered, faults]).then(() => (done = true));
  let drainFrom = 0;
  while (!done) {
    await Promise.race([all, wait(500)]);
    const now = Date.now();
    if (city.placed >= city.wanted) drainFrom ||= now;
    const stalled = now - Math.max(city.lastPlacedAt, city.lastEndedAt) > stallMs && city.lastPlacedAt > 0;
    if ((drainFrom > 0 && now - drainFrom > drainMs) || stalled) return;
  }
}

function introduce(options: RunOptions, faults: readonly Fault[]): void {
  const { tell } = options;
  tell(
    `seed ${options.seed}: ${options.orders} orders, ${options.faults} faults; the same seed gives the same schedule`,
  );
  for (const [service, settings] of [...Object.entries(durations), ["sandbox-psp", providerDurations] as const])
    tell(
      `durations of ${service}: ${Object.entries(settings ?? {})
        .map(([name, value]) => `${name}=${value}`)
        .join(" ")}`,
    );
  for (const fault of faults) tell(`scheduled ${describe(fault)}`);
}

async function play(world: World, options: RunOptions, faults: readonly Fault[]): Promise<Report> {
  const { tell, seed } = options;
  const baseline = await takeBaseline(world.databases);
  const acknowledgements = join(world.folder, "acknowledgements.jsonl");
  const file = openAcknowledgements(acknowledgements);
  const city = newCity({ graphqlUrl: world.graphqlUrl, seed, size: sizeOf(options), wanted: options.orders, file });
  tell(`${await giveBanks(world, seed)} of those who earn have a difficult bank; everybody signs in`);
  const crowd = { customers: Math.min(60, options.orders), couriers: 36, payoutsPerOrder: 0.5, complaints: true };
  const load = await startLoad(city, crowd);
  const struck: Struck = { count: 0, lastAt: 0 };
  const progress = startProgress(city, tell);
  const began = Date.now();
  await untilOrdered(city, load.ordered, strikeAll(world, city, faults, tell, struck));
  clearInterval(progress);
  const seconds = (Date.now() - began) / 1_000;
  const settledMs = Math.max(0, city.lastEndedAt - Math.max(struck.lastAt, city.lastPlacedAt));
  tell(
    `${city.placed} orders in ${seconds.toFixed(0)} s (${(city.placed / seconds).toFixed(2)}/s); the last ended ${(settledMs / 1_000).toFixed(1)} s after the last order and fault`,
  );
  await load.goHome();
  file.close();
  const moving = await calm(world, calmMs, tell);
  for (const line of moving) tell(`still moving: ${line}`);
  tell("calm; the services stop, the checker looks");
  await world.stopServices();
  const sources = { databases: world.databases, journal: world.journal, acknowledgements, baseline };
  const findings = await check(sources);
  for (const violation of findings.violations.slice(0, 50)) tell(`violation ${JSON.stringify(violation)}`);
  tell(`states: ${JSON.stringify(findings.states)}, money: ${JSON.stringify(findings.money)}`);
  const { completedShare, lost, doubleCharged, ledgerSum, nonTerminal, violations } = findings;
  const { orders, faults: wanted } = options;
  await options.afterwards?.(sources);
  const faultsThatStruck = struck.count;
  return {
    orders,
    faults: wanted,
    faultsThatStruck,
    completedShare,
    lost,
    doubleCharged,
    ledgerSum,
    nonTerminal,
    violations,
    seed,
  };
}

/** Plays the run of the seed. The data are removed unless something was found or they are to be kept. */
export async function run(options: RunOptions): Promise<Report> {
  const faults = scheduleOf(options.seed, options.orders, options.faults);
  introduce(options, faults);
  const folder = mkdtempSync(join(tmpdir(), "antar-chaos-"));
  const world = await startWorld(folder, sizeOf(options), options.tell);
  let clean = false;
  try {
    const report = await play(world, options, faults);
    clean = passed(report);
    return report;
  } finally {
    await world.stop();
    if (clean && !options.keep) rmSync(folder, { recursive: true, force: true });
    else options.tell(`kept for a look: ${folder}`);
  }
}

/** Whether the run shows what it is to show: nothing found, every fault struck, and most orders completed all the same. */
export const passed = (report: Report): boolean =>
  report.violations.length === 0 &&
  report.lost === 0 &&
  report.doubleCharged === 0 &&
  report.ledgerSum === 0 &&
  report.nonTerminal === 0 &&
  report.faultsThatStruck >= report.faults &&
  report.completedShare >= 0.8;
