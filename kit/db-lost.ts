/** Keeps a connection that is lost inside a transaction from ending the process. */
import type postgres from "postgres";

type Work = (tx: postgres.TransactionSql) => unknown;
type Loss = { lost: boolean };

/** The parts of postgres.js's query object that are needed here; they are not in its typings. */
type Query = { handle: (this: unknown) => unknown; reject: (this: unknown, error: unknown) => void };

/**
 * The same client, whose transactions say nothing more on a connection that is gone. postgres.js 3.4.9 would send the
 * ROLLBACK (or COMMIT, or next query) to a socket that is null by then, in a callback where nobody can catch the TypeError.
 */
export function survivingLoss(sql: postgres.Sql): postgres.Sql {
  const begin = (first: string | Work, second?: Work) => {
    const loss: Loss = { lost: false };
    const work = (typeof first === "string" ? second : first) as Work;
    const careful: Work = async (tx) => {
      try {
        return await work(guard(tx, loss));
      } finally {
        // Unsettled, so that the driver sends nothing; it rejects the transaction by itself when the connection closes.
        if (loss.lost) await new Promise<never>(() => {});
      }
    };
    const running = typeof first === "string" ? sql.begin(first, careful) : sql.begin(careful);
    return running.catch((error: unknown) => {
      loss.lost = true;
      throw error;
    });
  };
  return new Proxy(sql, {
    apply: (target, _, args) => Reflect.apply(target, undefined, args),
    get: (target, key) => (key === "begin" ? begin : Reflect.get(target, key)),
  });
}

function guard(tx: postgres.TransactionSql, loss: Loss): postgres.TransactionSql {
  return new Proxy(tx, {
    apply: (target, _, args) => watch(Reflect.apply(target, undefined, args), loss),
    get(target, key) {
      if (key === "unsafe") return (...args: Parameters<typeof tx.unsafe>) => watch(target.unsafe(...args), loss);
      if (key !== "savepoint") return Reflect.get(target, key);
      return (...args: [Work] | [string, Work]) => {
        const work = args.at(-1) as Work;
        const careful: Work = async (inner) => {
          try {
            return await work(guard(inner, loss));
          } finally {
            if (loss.lost) await new Promise<never>(() => {});
          }
        };
        return args.length === 2 ? target.savepoint(args[0], careful) : target.savepoint(careful);
      };
    },
  });
}

function watch<T>(candidate: T, loss: Loss): T {
  const query = candidate as unknown as Query;
  if (typeof query?.handle !== "function") return candidate;
  const { handle, reject } = query;
  query.reject = (error) => {
    if (isLoss(error)) loss.lost = true;
    reject.call(query, error);
  };
  query.handle = function () {
    if (!loss.lost) return handle.call(this);
    const gone = Object.assign(new Error("the connection of this transaction is gone"), {
      code: "CONNECTION_CLOSED",
    });
    return reject.call(query, gone);
  };
  return candidate;
}

/** The server's farewell, or the driver's or the socket's word that the connection is closed. */
function isLoss(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return /^(57P0[123]|08...|CONNECTION_(CLOSED|DESTROYED|ENDED)|ECONNRESET|EPIPE)$/.test(code);
}
