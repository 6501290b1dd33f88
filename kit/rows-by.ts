/** Batched reads of whole rows, built once: drizzle takes longer to write such a statement than the driver to send it. */
import { and, sql, type InferSelectModel, type SQL } from "drizzle-orm";
import type { PgColumn, PgTable } from "drizzle-orm/pg-core";
import { uuidArray, type Executor } from "./db.ts";

type Statement = { execute(values: { ids: string }): Promise<unknown> };

/**
 * Declares at module level a read of the rows whose `column`, a uuid, is one of the given ids:
 * `const itemsWithId = rowsBy(menuItems, menuItems.id)`, used as `itemsWithId(db, ids)`. Malformed ids match nothing.
 * `where` narrows it further, and like `orderBy` must hold nothing that changes from call to call.
 */
export function rowsBy<T extends PgTable>(
  table: T,
  column: PgColumn,
  { where, orderBy = [] }: { where?: SQL; orderBy?: readonly (SQL | PgColumn)[] } = {},
): (db: Executor, ids: readonly string[]) => Promise<InferSelectModel<T>[]> {
  const built = new WeakMap<Executor, Statement>();
  const build = (db: Executor): Statement =>
    db
      .select()
      .from(table as PgTable)
      .where(and(sql`${column} = any(${sql.placeholder("ids")}::uuid[])`, where))
      .orderBy(...orderBy)
      .prepare("rows_by");
  return (db, ids) => {
    const statement = built.getOrInsertComputed(db, build);
    return statement.execute({ ids: uuidArray(ids) }) as Promise<InferSelectModel<T>[]>;
  };
}
