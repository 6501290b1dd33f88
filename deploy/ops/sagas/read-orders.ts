/** Orders that have not ended, as the operators see them: no names, no addresses. */
import { sql } from "drizzle-orm";
import type { Db } from "../../../kit/database/db.ts";
import { fromUuid, toUuid } from "../../../kit/id.ts";
import { deadlineOf, sagaRules } from "./rules.ts";

/** An order on its way; times as the database has them. */
export type LiveOrder = {
  orderId: string;
  state: string;
  fulfilment: string;
  enteredAt: Date;
  readyAt: Date | null;
  scheduledFor: Date | null;
  capturedAt: Date | null;
  dueAt: Date | null;
  /** Until when it may be in this state; null when it has ended. */
  deadline: Date | null;
  attention: string[];
};

type Row = Record<string, string | null> & { attention: string[] | null };

const time = (value: string | null | undefined): Date | null => (value == null ? null : new Date(value));

const columns = sql`o.id, o.state, o.fulfilment, o.ready_at, o.scheduled_for, o.captured_at, o.due_at, to_jsonb(o.attention) as attention,
  coalesce((select max(h.at) from order_history h where h.order_id = o.id), o.created_at) as entered_at`;

function liveOf(row: Row): LiveOrder {
  const times = {
    state: row["state"] ?? "",
    enteredAt: time(row["entered_at"]) ?? new Date(0),
    readyAt: time(row["ready_at"]),
    scheduledFor: time(row["scheduled_for"]),
  };
  return {
    orderId: fromUuid("ord", row["id"] ?? ""),
    fulfilment: row["fulfilment"] ?? "",
    capturedAt: time(row["captured_at"]),
    dueAt: time(row["due_at"]),
    attention: row.attention ?? [],
    ...times,
    deadline: deadlineOf(times),
  };
}

/** Live orders, the oldest first, at most `limit`. */
export async function liveOrders(db: Db, limit: number): Promise<LiveOrder[]> {
  const states = sql.param(`{${Object.keys(sagaRules).join(",")}}`);
  const rows = await db.execute<Row>(
    sql`select ${columns} from orders o where o.state = any(${states}::text[]) order by o.created_at, o.id limit ${limit}`,
  );
  return rows.map(liveOf);
}

/** One order, ended or not; null when unknown. */
export async function oneOrder(db: Db, orderId: string): Promise<LiveOrder | null> {
  const rows = await db.execute<Row>(sql`select ${columns} from orders o where o.id = ${toUuid(orderId)}::uuid`);
  const [row] = rows;
  return row === undefined ? null : liveOf(row);
}
