/** `sagas list`: orders that are past the time that their state may take. */
import type { Command } from "../command.ts";
import { withDatabase } from "../subgraph-database.ts";
import { liveOrders } from "./read-orders.ts";
import { sagaRules } from "./rules.ts";

/** Most live orders that are looked at. */
const most = 50_000;

const minutes = (ms: number): string => `${Math.floor(ms / 60_000)} min`;

/** Lists them, the longest overdue first; exit code 0 whether there are any or not. */
export const listSagas: Command = async ({ settings, words }) => {
  if (words.length > 0) throw new Error(`sagas list takes no ${words[0]}`);
  const now = new Date();
  const live = await withDatabase("orders", settings, (db) => liveOrders(db, most));
  const stuck = live
    .flatMap((order) =>
      order.deadline !== null && order.deadline < now ? [{ ...order, deadline: order.deadline }] : [],
    )
    .map((order) => ({ ...order, overdueMs: now.getTime() - order.deadline.getTime() }))
    .toSorted((a, b) => b.overdueMs - a.overdueMs)
    .map((order) => ({ ...order, mover: sagaRules[order.state]?.mover, move: sagaRules[order.state]?.move }));
  const lines = stuck.map(
    ({ orderId, state, enteredAt, overdueMs, mover, move }) =>
      `${orderId} ${state.padEnd(15)} since ${enteredAt.toISOString()}, ${minutes(overdueMs)} late: ${mover} ${move}`,
  );
  return {
    value: { live: live.length, stuck },
    lines: [...lines, `${stuck.length} of ${live.length} orders on their way are past their time`],
  };
};
