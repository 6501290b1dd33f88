/** Registered operations planned before they are asked for, and what the log tells of it. */
import type { Log } from "../../kit/server/log.ts";
import type { WarmUp } from "../engine/contract.ts";

/** The registered operations, and news of others in their place. */
export type Registered = {
  documents(): ReadonlyMap<string, string>;
  onReplaced(listener: () => void): void;
};

/** Names of operations told at most in one line. */
const mostNames = 20;

/** Tells what was planned ahead, and what could not be. */
export function tellWarmUp(log: Log, occasion: string, { planned, unknown, failed, left, elapsedMs }: WarmUp): void {
  const counts = { planned, unknown, failed: failed.length, left, elapsedMs: Math.round(elapsedMs) };
  log.info({ occasion, ...counts }, "operations were planned ahead");
  if (failed.length === 0) return;
  const names = failed.slice(0, mostNames).map(({ operation, error }) => `${operation}: ${error.message}`);
  log.warn({ operations: names }, "operations could not be planned ahead");
}

/** Tells which operations were not planned ahead, at level debug. */
export const tellPlan = (log: Log) => (operation: string | undefined, elapsedMs: number) =>
  log.debug({ operation, elapsedMs: Math.round(elapsedMs) }, "an operation was planned for a request");
