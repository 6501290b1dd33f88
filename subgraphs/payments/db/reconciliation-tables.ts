/** What comparing our payments with the provider's found. */
import { sql } from "drizzle-orm";
import { bigint, boolean, check, index, jsonb, pgTable, primaryKey, text, unique } from "drizzle-orm/pg-core";
import { id, instant } from "../../../kit/database/db.ts";
import type { FindingKind } from "../domain/reconciliation.ts";

/** One comparison of a window of time, page by page; a run that was interrupted goes on where it was. */
export const reconciliationRuns = pgTable(
  "reconciliation_runs",
  {
    id: id("rcn")("id").primaryKey(),
    /** The provider's objects made in [since, until) are looked at. */
    since: instant("since").notNull(),
    until: instant("until").notNull(),
    phase: text("phase", {
      enum: ["INTENTS", "REFUNDS", "DISPUTES", "OUR_PAYMENTS", "OUR_REFUNDS", "OUR_DISPUTES", "DONE"],
    }).notNull(),
    /** Continues the phase after this object; null at its beginning. */
    cursor: text("cursor"),
    /** True for the one that the timer starts by itself, whose windows follow one another. */
    regular: boolean("regular").notNull(),
    compared: bigint("compared", { mode: "number" }).notNull().default(0),
    repaired: bigint("repaired", { mode: "number" }).notNull().default(0),
    /** Differences met, known ones too. */
    findings: bigint("findings", { mode: "number" }).notNull().default(0),
    startedAt: instant("started_at").notNull(),
    finishedAt: instant("finished_at"),
  },
  (table) => [
    check("reconciliation_runs_window", sql`${table.since} < ${table.until}`),
    index("reconciliation_runs_regular").on(table.regular, table.until),
  ],
);

/** The provider's objects that a run met, so that those of ours which it did not meet can be looked for; gone with the run's end. */
export const reconciliationSeen = pgTable(
  "reconciliation_seen",
  {
    runId: id("rcn")("run_id")
      .notNull()
      .references(() => reconciliationRuns.id),
    objectId: text("object_id").notNull(),
  },
  (table) => [primaryKey({ columns: [table.runId, table.objectId] })],
);

/** A difference that the state machine cannot mend by itself: a person has to look. */
export const reconciliationFindings = pgTable(
  "reconciliation_findings",
  {
    id: id("fnd")("id").primaryKey(),
    kind: text("kind").$type<FindingKind>().notNull(),
    /** The provider's name of the object, or ours where the provider has none. */
    subject: text("subject").notNull(),
    paymentId: id("pay")("payment_id"),
    refundId: id("rfd")("refund_id"),
    /** What each side says. */
    facts: jsonb("facts").$type<Record<string, string | number | null>>().notNull(),
    /** Digest of `facts`: the same difference is one finding however often it is met, a changed one is another. */
    factsDigest: text("facts_digest").notNull(),
    firstSeenAt: instant("first_seen_at").notNull(),
    lastSeenAt: instant("last_seen_at").notNull(),
    resolvedAt: instant("resolved_at"),
    resolvedBy: id("usr")("resolved_by"),
    resolution: text("resolution"),
  },
  (table) => [
    unique("reconciliation_findings_once").on(table.kind, table.subject, table.factsDigest),
    index("reconciliation_findings_open")
      .on(table.firstSeenAt, table.id)
      .where(sql`${table.resolvedAt} is null`),
    check(
      "reconciliation_findings_resolved",
      sql`(${table.resolvedAt} is null) = (${table.resolvedBy} is null) and (${table.resolvedAt} is null) = (${table.resolution} is null)`,
    ),
  ],
);

export type RunRow = typeof reconciliationRuns.$inferSelect;
export type FindingRow = typeof reconciliationFindings.$inferSelect;
