/** What the people of a run share: the graph's address, counters, and the words that pass between them outside the graph. */
import { setTimeout as wait } from "node:timers/promises";
import type { SeedSize } from "../../demo/world/world.ts";
import type { Acknowledgements } from "./acknowledgements.ts";
import type { Trouble } from "./trouble-plan.ts";

/** The state of the load. */
export type City = {
  readonly graphqlUrl: string;
  readonly seed: number;
  /** Of the demo world. */
  readonly size: SeedSize;
  /** Orders to place. */
  readonly wanted: number;
  readonly file: Acknowledgements;
  /** A promotion's code, redeemable by a few; empty until it is given out. */
  code: string;
  /** Orders acknowledged and not known to have ended, and since when (milliseconds). */
  readonly inFlight: Map<string, number>;
  /** Ended orders by their last state. */
  readonly ended: Map<string, number>;
  /** Orders that are to come to a bad end, by id: the kitchen does not go beyond `at`, the courier fails there. */
  readonly troubles: Map<string, Trouble>;
  /** Those that support has not heard of yet. */
  readonly reported: { orderId: string; trouble: Trouble }[];
  /** Orders that support has not looked at yet: completed ones, in the order of their ends. */
  readonly complaints: string[];
  /** Codes that are told at the counter: pickup codes by delivery, collection codes by order. */
  readonly codes: Map<string, string>;
  /** Numbers given out, and orders acknowledged. */
  begun: number;
  placed: number;
  /** Milliseconds from asking for an order to its acknowledgement, faults included. */
  readonly placeMs: number[];
  /** When an order was last placed or ended, epoch milliseconds. */
  lastPlacedAt: number;
  lastEndedAt: number;
  /** Whether everybody is to go home. */
  over: boolean;
};

/** A city before anybody ordered. */
export const newCity = (input: Pick<City, "graphqlUrl" | "seed" | "size" | "wanted" | "file">): City => ({
  ...input,
  code: "",
  inFlight: new Map(),
  ended: new Map(),
  troubles: new Map(),
  reported: [],
  complaints: [],
  codes: new Map(),
  begun: 0,
  placed: 0,
  placeMs: [],
  lastPlacedAt: 0,
  lastEndedAt: 0,
  over: false,
});

/** Waits about `ms`, so that people do not move in step. */
export const pause = (ms: number): Promise<void> => wait(Math.round(ms * (0.75 + Math.random() / 2)));

/** Turns again and again until everybody goes home; a turn that fails is followed by a short pause. Answers how long to wait. */
export async function live(city: City, turn: () => Promise<number>): Promise<void> {
  while (!city.over) {
    const ms = await turn().catch(() => 500);
    await pause(ms);
  }
}
