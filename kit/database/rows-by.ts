/** Batched reads of whole rows, built once: drizzle takes longer to write such a statement than the driver to send it. */
import { and, sql, type InferSelectModel, type SQL } from "drizzle-orm";
import type { PgColumn, PgTable } from "drizzle-orm/pg-core";
import { uuidsOf, type Executor } from "./db.ts";

type Statement = { execute(values: { wanted: string | undefined }): Promise<unknown> };

/** The statement that `build` makes of a database or an open transaction, made once for each. */
function builtOnce(build: (db: Executor) => Statement): (db: Executor) => Statement {
  const built = new WeakMap<Executor, Statement>();
  return (db) => built.getOrInsertComputed(db, build);
}

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
  const reading = (condition: SQL) =>
    builtOnce((db) =>
      db
        .select()
        .from(table as PgTable)
        .where(and(condition, where))
        .orderBy(...orderBy)
        .prepare("rows_by"),
    );
  const wanted = sql.placeholder("wanted");
  // Postgres keeps one plan for a single id; for an array it plans each time, since it expects ten and finds one cheaper.
  const one = reading(sql`${column} = ${wanted}::uuid`);
  const many = reading(sql`${column} = any(${wanted}::uuid[])`);
  return async (db, ids) => {
    const values = uuidsOf(ids);
    if (values.length === 0) return [];
    const rows =
      values.length === 1
        ? one(db).execute({ wanted: values[0] })
        : many(db).execute({ wanted: `{${values.join(",")}}` });
    return (await rows) as InferSelectModel<T>[];
  };
}
