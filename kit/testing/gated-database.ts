/** A database whose every statement waits to be let through: tests decide in which order concurrent work goes on. */
import { drizzle } from "drizzle-orm/postgres-js";
import type postgres from "postgres";
import type { Db } from "../database/db.ts";

/** Resolves when the statement may run. */
export type Gate = (statement: string) => Promise<void>;

/** A statement that asks the gate once somebody waits for it; drizzle asks for rows as values or as objects. */
function gatedQuery(gate: Gate, statement: string, run: () => postgres.PendingQuery<postgres.Row[]>) {
  const lazy = (asValues: boolean) => {
    const begin = async (): Promise<unknown> => {
      await gate(statement);
      return asValues ? run().values() : run();
    };
    // oxlint-disable-next-line unicorn/no-thenable, promise/no-callback-in-promise -- it stands for the driver's own query
    return { then: (...both: Parameters<Promise<unknown>["then"]>) => begin().then(...both) };
  };
  return { ...lazy(false), values: () => lazy(true) };
}

function gated<S extends object>(sql: S, gate: Gate): S {
  return new Proxy(sql, {
    get(target, key) {
      const own = Reflect.get(target, key) as never;
      if (key === "unsafe")
        return (statement: string, ...rest: unknown[]) =>
          gatedQuery(gate, statement, () => (own as (...all: unknown[]) => never)(statement, ...rest));
      if (key === "begin" || key === "savepoint")
        return (...args: unknown[]) => {
          const work = args.pop() as (tx: object) => unknown;
          return (own as (...all: unknown[]) => unknown)(...args, (tx: object) => work(gated(tx, gate)));
        };
      return own;
    },
  });
}

/** The database behind `sql`, each statement of it let through by `gate`; transactions begin and end by themselves. */
export const gatedDatabase = (sql: postgres.Sql, gate: Gate): Db => drizzle(gated(sql, gate));
