import type postgres from "postgres";
import { QueryTimeoutError, watch, type Link, type QueryTerms } from "./deadline.ts";

type Work = (tx: postgres.TransactionSql) => unknown;

/** Whether a statement is to be sent prepared. */
export type Prepares = (text: string, parameters: readonly unknown[]) => boolean;

/** What every query of a pool is subject to. */
type Terms = QueryTerms & { prepares: Prepares };

/**
 * The same client, where each query and each wait for a transaction to begin or commit is rejected with QueryTimeoutError
 * after its deadline. postgres.js alone waits for ever on a paused server, and in its queue; and it ends the whole process when
 * a transaction goes on after its connection was lost, which here rejects the transaction. Texts passed to `unsafe`, which is how
 * drizzle asks, are sent prepared where `prepares` says so; the driver alone would have each parsed, described and planned anew.
 */
export function withDeadline(sql: postgres.Sql, query: QueryTerms, prepares: Prepares = () => false): postgres.Sql {
  const terms = { ...query, prepares };
  const begin = (first: string | Work, second?: Work) =>
    typeof first === "string"
      ? boundedBegin(terms, second!, (work) => sql.begin(first, work))
      : boundedBegin(terms, first, (work) => sql.begin(work));
  return new Proxy(sql, {
    apply: (target, _, args) => watch(Reflect.apply(target, undefined, args), terms),
    get(target, key) {
      if (key === "unsafe") return asking(target, terms);
      if (key === "begin") return begin;
      return Reflect.get(target, key);
    },
  });
}

/** How a statement is sent prepared. `onexecute`, which is not in the typings, keeps the connection to it: pipelined, a quick query would wait behind a slow one, and the deadline of a connection would miss it. */
const preparedAlone: object = { prepare: true, onexecute: () => false };

/** The client's `unsafe`, under a deadline and prepared where that pays. */
function asking(client: postgres.ISql, terms: Terms, link?: Link): typeof client.unsafe {
  return (text, parameters = [], options = {}) =>
    watch(
      client.unsafe(
        text,
        parameters,
        options.prepare || terms.prepares(text, parameters) ? { ...options, ...preparedAlone } : options,
      ),
      terms,
      link,
    );
}

/** Runs a transaction whose begin and commit (not its own work, whose queries have their own) are bounded in time. */
function boundedBegin<T>(terms: Terms, work: Work, run: (work: Work) => Promise<T>): Promise<T> {
  const { deadlineMs } = terms;
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
      return await unlessLost(link, work(guardTransaction(tx, terms, link)));
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

function guardTransaction(tx: postgres.TransactionSql, terms: Terms, link: Link): postgres.TransactionSql {
  return new Proxy(tx, {
    apply: (target, _, args) => watch(Reflect.apply(target, undefined, args), terms, link),
    get(target, key) {
      if (key === "unsafe") return asking(target, terms, link);
      if (key === "savepoint") {
        return (...args: [Work] | [string, Work]) => {
          const work = args.at(-1) as Work;
          const nested: Work = (inner) => unlessLost(link, work(guardTransaction(inner, terms, link)));
          return args.length === 2 ? target.savepoint(args[0], nested) : target.savepoint(nested);
        };
      }
      return Reflect.get(target, key);
    },
  });
}
