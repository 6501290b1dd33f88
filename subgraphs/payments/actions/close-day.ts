/** Closes the books of each business day, one after the other, soon after its end. */
import type { Db } from "../../../kit/database/db.ts";
import { schedule, scheduleFirst, type FiredTimer } from "../../../kit/events/timers.ts";
import { businessDay, endOfDay, nextDay } from "../domain/business-day.ts";
import { monthOf } from "../domain/invoice.ts";
import { lastClosedDay, shutDoor, storeClose } from "../db/ledger-days.ts";
import type { Deps } from "../deps.ts";
import { scheduleInvoices } from "./issue-invoices.ts";

/** Name of the timer that closes the next business day; there is one of it, under the key `next`. */
export const closeTimer = "ledger.close";

const key = "next";
const dueAt = (day: string, delayMs: number): Date => new Date(endOfDay(day).getTime() + delayMs);

/** Sets the timer where there is none yet: the first day to be closed is the present one, with all that was booked before. */
export function beginClosing(db: Db, { clock, settings }: Pick<Deps, "clock" | "settings">): Promise<void> {
  const day = businessDay(clock.now());
  const timer = { name: closeTimer, key, dueAt: dueAt(day, settings.LEDGER_CLOSE_DELAY_MS), payload: { day } };
  return scheduleFirst(db, timer);
}

/** Timer handler: closes the day after the last closed one when it is over, and comes back for the next. */
export async function closeNextDay(timer: Pick<FiredTimer, "payload" | "traceId">, deps: Deps): Promise<void> {
  const { db, clock, log, settings } = deps;
  const { traceId } = timer;
  const now = clock.now();
  await db.transaction(async (tx) => {
    await shutDoor(tx);
    const last = await lastClosedDay(tx);
    const day = last ? nextDay(last.day) : (timer.payload as { day: string }).day;
    const isOver = dueAt(day, settings.LEDGER_CLOSE_DELAY_MS) <= now;
    if (isOver) {
      const { hash } = await storeClose(tx, day, { now, traceId });
      log.info({ day, hash }, "business day closed");
    }
    if (isOver && monthOf(nextDay(day)) !== monthOf(day)) await scheduleInvoices(tx, { now, traceId });
    const next = isOver ? nextDay(day) : day;
    const payload = { day: next };
    await schedule(tx, { name: closeTimer, key, dueAt: dueAt(next, settings.LEDGER_CLOSE_DELAY_MS), payload, traceId });
  });
}
