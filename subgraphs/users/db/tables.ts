/** Tables of users: people, sessions, keys, memberships, audit chain. */
import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgTable,
  text,
  uniqueIndex,
} from "drizzle-orm/pg-core";
import { id, instant } from "../../../kit/database/db.ts";

export * from "../../../kit/database/tables.ts";

/** A person; erasure empties the personal columns and keeps the id. */
export const users = pgTable(
  "users",
  {
    id: id("usr")("id").primaryKey(),
    email: text("email"),
    passwordHash: text("password_hash"),
    displayName: text("display_name").notNull(),
    phone: text("phone"),
    roles: text("roles").array().notNull().$type<("customer" | "courier" | "support" | "admin")[]>(),
    status: text("status", { enum: ["ACTIVE", "SUSPENDED", "ERASED"] })
      .notNull()
      .default("ACTIVE"),
    language: text("language").notNull().default("en"),
    notifyOrderUpdates: boolean("notify_order_updates").notNull().default(true),
    notifyPromotions: boolean("notify_promotions").notNull().default(false),
    diet: text("diet")
      .array()
      .notNull()
      .default(sql`'{}'`),
    createdAt: instant("created_at").notNull(),
    updatedAt: instant("updated_at").notNull(),
  },
  (table) => [
    uniqueIndex("users_email").on(table.email),
    index("users_created_at").on(table.createdAt, table.id),
    index("users_search").using("gin", sql`(${table.displayName} || ' ' || coalesce(${table.email}, '')) gin_trgm_ops`),
  ],
);

/** A person's address book. */
export const addresses = pgTable(
  "addresses",
  {
    id: id("adr")("id").primaryKey(),
    userId: id("usr")("user_id")
      .notNull()
      .references(() => users.id),
    label: text("label").notNull(),
    recipientName: text("recipient_name").notNull(),
    phone: text("phone").notNull(),
    line1: text("line1").notNull(),
    line2: text("line2"),
    city: text("city").notNull(),
    postalCode: text("postal_code").notNull(),
    notes: text("notes"),
    latitude: doublePrecision("latitude").notNull(),
    longitude: doublePrecision("longitude").notNull(),
    createdAt: instant("created_at").notNull(),
  },
  (table) => [index("addresses_user").on(table.userId, table.createdAt)],
);

/** A sign-in: the family that its refresh tokens belong to. */
export const sessions = pgTable(
  "sessions",
  {
    id: id("ses")("id").primaryKey(),
    userId: id("usr")("user_id")
      .notNull()
      .references(() => users.id),
    createdAt: instant("created_at").notNull(),
    expiresAt: instant("expires_at").notNull(),
    revokedAt: instant("revoked_at"),
    revokedFor: text("revoked_for", { enum: ["SIGN_OUT", "REUSE", "PASSWORD", "ROLES", "SUSPENDED", "ERASED"] }),
  },
  (table) => [
    index("sessions_user").on(table.userId),
    index("sessions_ended").on(sql`coalesce(${table.revokedAt}, ${table.expiresAt})`),
  ],
);

/** Refresh tokens by their digest; the tokens themselves are nowhere. */
export const refreshTokens = pgTable(
  "refresh_tokens",
  {
    digest: text("digest").primaryKey(),
    sessionId: id("ses")("session_id")
      .notNull()
      .references(() => sessions.id),
    issuedAt: instant("issued_at").notNull(),
    usedAt: instant("used_at"),
  },
  (table) => [index("refresh_tokens_session").on(table.sessionId)],
);

/** Failed sign-ins per account and per network address (as keyed digests). */
export const signInFailures = pgTable(
  "sign_in_failures",
  {
    key: text("key").primaryKey(),
    failures: integer("failures").notNull(),
    lastAt: instant("last_at").notNull(),
  },
  (table) => [index("sign_in_failures_last_at").on(table.lastAt)],
);

/** Keys that sign access tokens; the private half is encrypted with a setting. */
export const signingKeys = pgTable("signing_keys", {
  kid: text("kid").primaryKey(),
  publicJwk: jsonb("public_jwk").notNull().$type<Record<string, unknown>>(),
  sealedPrivateJwk: text("sealed_private_jwk").notNull(),
  activeFrom: instant("active_from").notNull(),
  /** When verifiers may forget it; null while it is the newest. */
  retiresAt: instant("retires_at"),
});

/** Who works where; `role` null means no more, so that one id carries the whole story of a person at a restaurant. */
export const memberships = pgTable(
  "memberships",
  {
    id: id("mem")("id").primaryKey(),
    userId: id("usr")("user_id")
      .notNull()
      .references(() => users.id),
    restaurantId: id("rst")("restaurant_id").notNull(),
    role: text("role", { enum: ["OWNER", "STAFF"] }),
    changedAt: instant("changed_at").notNull(),
  },
  (table) => [
    uniqueIndex("memberships_user_restaurant").on(table.userId, table.restaurantId),
    index("memberships_restaurant").on(table.restaurantId),
  ],
);

/** The audit chain: append-only, the serving role cannot change a row. */
export const auditEntries = pgTable(
  "audit_entries",
  {
    sequence: bigint("sequence", { mode: "number" }).primaryKey(),
    id: id("aud")("id").notNull().unique(),
    source: text("source").notNull(),
    actorId: text("actor_id"),
    action: text("action").notNull(),
    subjectId: text("subject_id").notNull(),
    at: instant("at").notNull(),
    detail: jsonb("detail"),
    salt: text("salt").notNull(),
    digest: text("digest").notNull(),
    link: text("link").notNull(),
  },
  (table) => [
    index("audit_entries_subject").on(table.subjectId, table.sequence),
    index("audit_entries_actor").on(table.actorId, table.sequence),
  ],
);

/** The end of the audit chain, sealed, so that a shortened chain shows. One row. */
export const auditHead = pgTable("audit_head", {
  only: boolean("only").primaryKey().default(true),
  sequence: bigint("sequence", { mode: "number" }).notNull(),
  link: text("link").notNull(),
  seal: text("seal").notNull(),
});

/** Sealed ends that the audit chain had, each told to the log as well: a chain that lost one of them was cut off. Append-only. */
export const auditAnchors = pgTable("audit_anchors", {
  sequence: bigint("sequence", { mode: "number" }).primaryKey(),
  link: text("link").notNull(),
  seal: text("seal").notNull(),
  notedAt: instant("noted_at").notNull(),
});

export type UserRow = typeof users.$inferSelect;
export type AddressRow = typeof addresses.$inferSelect;
export type SessionRow = typeof sessions.$inferSelect;
export type MembershipRow = typeof memberships.$inferSelect;
export type AuditEntryRow = typeof auditEntries.$inferSelect;
export type SigningKeyRow = typeof signingKeys.$inferSelect;
