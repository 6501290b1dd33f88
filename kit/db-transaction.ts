import type postgres from "postgres";
import { QueryTimeoutError, watch, type Link } from "./db-deadline.ts";

type Work = (tx: postgres.TransactionSql) => unknown;

/**
 * The same client, where each query and each wait for a transaction to begin or commit is rejected with QueryTimeoutError
 * after `deadlineMs`. postgres.js alone waits for ever on a paused server, and in its queue; and it ends the whole process when
 * a transaction goes on after its connection was lost, which here rejects the transaction.
 */
export function withDeadline(sql: postgres.Sql, deadlineMs: number): postgres.Sql {
  const begin = (first: string | Work, second?: Work) =>
    typeof first === "string"
      ? boundedBegin(deadlineMs, second!, (work) => sql.begin(first, work))
      : boundedBegin(deadlineMs, first, (work) => sql.begin(work));
  return new Proxy(sql, {
    apply: (target, _, args) => watch(Reflect.apply(target, undefined, args), deadlineMs),
    get(target, key) {
      if (key === "unsafe")
        return (...args: Parameters<typeof sql.unsafe>) => watch(target.unsafe(...args), deadlineMs);
      if (key === "begin") return begin;
      return Reflect.get(target, key);
    },
  });
}

/** Runs a transaction whose begin and commit (not its own work, whose queries have their own) are bounded in time. */
function boundedBegin<T>(deadlineMs: number, work: Work, run: (work: Work) => Promise<T>): Promise<T> {
  const { promise: failed, reject } = Promise.withResolvers<never>();
  const link: Link = { onLost: reject };
  const arm = () => setTimeout(() => reject(new QueryTimeoutError(deadlineMs)), deadlineMs);
  let timer = arm();
  let expired = false;
  failed.catch(() => (expired = true));
  const bounded: Work = async (tx) => {
    clearTimeout(timer);
    if (expired) throw new QueryTimeoutError(deadlineMs);
    try {
      return await unlessLost(link, work(guardTransaction(tx, deadlineMs, link)));
    } finally {
      timer = arm();
    }
  };
  const ran = run(bounded);
  // The driver rejects when the connection closes, also while the work is busy elsewhere.
  ran.catch((error: Error) => (link.lost ??= error));
  return Promise.race([ran, failed]).finally(() => clearTimeout(timer));
}

/** The work's outcome; on a lost link it never settles, so that the driver sends no rollback or commit into the void. */
async function unlessLost(link: Link, outcome: unknown): Promise<unknown> {
  try {
    return await outcome;
  } finally {
    if (link.lost) await new Promise(() => {});
  }
}

function guardTransaction(tx: postgres.TransactionSql, deadlineMs: number, link: Link): postgres.TransactionSql {
  return new Proxy(tx, {
    apply: (target, _, args) => watch(Reflect.apply(target, undefined, args), deadlineMs, link),
    get(target, key) {
      if (key === "unsafe")
        return (...args: Parameters<typeof tx.unsafe>) => watch(target.unsafe(...args), deadlineMs, link);
      if (key === "savepoint") {
        return (...args: [Work] | [string, Work]) => {
          const work = args.at(-1) as Work;
          const nested: Work = (inner) => unlessLost(link, work(guardTransaction(inner, deadlineMs, link)));
          return args.length === 2 ? target.savepoint(args[0], nested) : target.savepoint(nested);
        };
      }
      return Reflect.get(target, key);
    },
  });
}
