/** Runs a caller's operation once per idempotency key, and answers repetitions with the first result. */
import { createHash } from "node:crypto";
import { and, eq } from "drizzle-orm";
import type { Db, Tx } from "./db.ts";
import { idempotencyKeys } from "./tables.ts";

/** Who asked for what, under which key. */
export type IdempotentRequest = {
  /** Whose keys these are: the caller's id. */
  readonly scope: string;
  readonly operation: string;
  readonly key: string;
  /** The request without the key, as plain JSON: the same key with another one is a conflict. */
  readonly fingerprintOf: unknown;
  readonly now: Date;
};

/** The result, `replayed` when an earlier call produced it; or a conflict: the key was used for another request. */
export type Idempotent<T> =
  | { readonly kind: "done"; readonly value: T; readonly replayed: boolean }
  | { readonly kind: "conflict" };

/**
 * Runs `run` in a transaction that also stores its value (plain JSON), unless the key already has one.
 * A concurrent duplicate waits for the first. When `run` throws, nothing is stored and the key stays free.
 */
export async function idempotent<T>(
  db: Db,
  request: IdempotentRequest,
  run: (tx: Tx) => Promise<T>,
): Promise<Idempotent<T>> {
  const { scope, operation, key, now } = request;
  const fingerprint = fingerprintOf(request.fingerprintOf);
  const mine = and(
    eq(idempotencyKeys.scope, scope),
    eq(idempotencyKeys.operation, operation),
    eq(idempotencyKeys.key, key),
  );
  return db.transaction(async (tx) => {
    const first = await tx
      .insert(idempotencyKeys)
      .values({ scope, operation, key, fingerprint, createdAt: now })
      .onConflictDoNothing()
      .returning({ key: idempotencyKeys.key });
    if (first.length > 0) {
      const value = await run(tx);
      await tx
        .update(idempotencyKeys)
        .set({ response: value ?? null })
        .where(mine);
      return { kind: "done", value, replayed: false };
    }
    const [stored] = await tx.select().from(idempotencyKeys).where(mine);
    if (stored?.fingerprint !== fingerprint) return { kind: "conflict" };
    return { kind: "done", value: stored.response as T, replayed: true };
  });
}

/** A digest of plain JSON that does not depend on the order of object keys. */
export function fingerprintOf(value: unknown): string {
  return createHash("sha256").update(canonical(value)).digest("base64url");
}

function canonical(value: unknown): string {
  return (
    JSON.stringify(value, (_, inner: unknown) =>
      inner !== null && typeof inner === "object" && !Array.isArray(inner)
        ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
        : inner,
    ) ?? "undefined"
  );
}
