import type { Settings } from "../deps.ts";

/** Slack of the stock's hold beyond the longest wait for payment and restaurant, each of which an outage may double. */
const slackMs = 5 * 60_000;

/** Until when stock is held at menu: as long as the money may take, then the restaurant, and some slack. */
export const holdUntil = (now: Date, moneyMs: number, settings: Settings): Date =>
  new Date(now.getTime() + 2 * (moneyMs + settings.ACCEPTANCE_TIMEOUT_MS) + slackMs);
