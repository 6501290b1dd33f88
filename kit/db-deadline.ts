import { connect, type Socket } from "node:net";
import type postgres from "postgres";

/** The database did not answer in time; whether the statement took effect is unknown. */
export class QueryTimeoutError extends Error {
  override readonly name = "QueryTimeoutError";
  readonly code = "QUERY_TIMEOUT";

  constructor(deadlineMs: number) {
    super(`the database did not answer within ${deadlineMs} ms`);
  }
}

/** The parts of postgres.js's query object that the deadline works on; they are not in its typings. */
type Query = Promise<unknown> & {
  strings: readonly string[];
  args: readonly unknown[];
  /** The backend it was sent to, null while it waits in the queue. */
  state: object | null;
  handle(): unknown;
  resolve(value: unknown): void;
  reject(error: Error): void;
};

type Work = (tx: postgres.TransactionSql) => unknown;

/**
 * The same client, where each query and each wait for a transaction to begin or commit is rejected with QueryTimeoutError
 * after `deadlineMs`. postgres.js alone waits for ever on a paused server, and in its queue.
 */
export function withDeadline(sql: postgres.Sql, deadlineMs: number): postgres.Sql {
  const guarded = new Proxy(sql, {
    apply: (target, _, args) => watch(Reflect.apply(target, undefined, args), deadlineMs),
    get(target, key) {
      if (key === "unsafe")
        return (...args: Parameters<typeof sql.unsafe>) =>
          watch(target.unsafe(...args), deadlineMs);
      if (key === "begin") return begin;
      return Reflect.get(target, key);
    },
  });
  const begin = (first: string | Work, second?: Work) =>
    typeof first === "string"
      ? boundedBegin(deadlineMs, second!, (work) => sql.begin(first, work))
      : boundedBegin(deadlineMs, first, (work) => sql.begin(work));
  return guarded;
}

/** Rejects `query` at the deadline, counted from when it is handed to the driver; helpers and fragments pass through. */
function watch<T>(candidate: T, deadlineMs: number): T {
  const query = candidate as unknown as Query;
  if (typeof query?.handle !== "function") return candidate;
  const { handle, resolve, reject } = query;
  let timer: NodeJS.Timeout | undefined;
  const settle =
    <A>(done: (outcome: A) => void) =>
    (outcome: A) => {
      clearTimeout(timer);
      done(outcome);
    };
  query.resolve = settle(resolve);
  query.reject = settle(reject);
  query.handle = function () {
    timer ??= setTimeout(() => expire(query, deadlineMs), deadlineMs);
    return handle.call(this);
  };
  return candidate;
}

function expire(query: Query, deadlineMs: number): void {
  if (query.state === null) {
    // Still queued: nobody waits for it any more, so what reaches the server later must change nothing.
    query.strings = ["select 1"];
    query.args = [];
  }
  query.reject(new QueryTimeoutError(deadlineMs));
}

/** Runs a transaction whose begin and commit (not its own work, whose queries have their own) are bounded in time. */
function boundedBegin<T>(
  deadlineMs: number,
  work: Work,
  run: (work: Work) => Promise<T>,
): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const arm = () => setTimeout(() => reject(new QueryTimeoutError(deadlineMs)), deadlineMs);
  let timer = arm();
  let expired = false;
  promise.catch(() => (expired = true));
  const bounded: Work = async (tx) => {
    clearTimeout(timer);
    if (expired) throw new QueryTimeoutError(deadlineMs);
    try {
      return await work(guardTransaction(tx, deadlineMs));
    } finally {
      timer = arm();
    }
  };
  return Promise.race([run(bounded), promise]).finally(() => clearTimeout(timer));
}

function guardTransaction(
  tx: postgres.TransactionSql,
  deadlineMs: number,
): postgres.TransactionSql {
  return new Proxy(tx, {
    apply: (target, _, args) => watch(Reflect.apply(target, undefined, args), deadlineMs),
    get(target, key) {
      if (key === "unsafe")
        return (...args: Parameters<typeof tx.unsafe>) => watch(target.unsafe(...args), deadlineMs);
      if (key === "savepoint") {
        return (...args: [Work] | [string, Work]) => {
          const work = args.at(-1) as Work;
          const nested: Work = (inner) => work(guardTransaction(inner, deadlineMs));
          return args.length === 2 ? target.savepoint(args[0], nested) : target.savepoint(nested);
        };
      }
      return Reflect.get(target, key);
    },
  });
}

/** Where postgres.js wants its next connection to go; not in its typings. */
type Target = { host: string[]; port: number[]; path?: string };

/**
 * A socket factory for postgres.js: a connection on which something was asked and nothing heard for `deadlineMs` is destroyed,
 * which frees its place in the pool. A TLS connection bypasses the watch, then only the caller is released.
 */
export function connectWatched(deadlineMs: number): (target: Target) => Socket {
  let attempt = 0;
  return ({ host, port, path }) => {
    const at = attempt++ % host.length;
    // Not awaited: the driver queues its greeting, and handles a refused connection only on a socket that it already has.
    const socket = path ? connect(path) : connect(port[at] ?? port[0]!, host[at]!);
    return watchSocket(socket, deadlineMs);
  };
}

function watchSocket(socket: Socket, deadlineMs: number): Socket {
  let timer: NodeJS.Timeout | undefined;
  let greeted = false;
  const arm = () => {
    clearTimeout(timer);
    timer = setTimeout(() => socket.destroy(new QueryTimeoutError(deadlineMs)), deadlineMs);
  };
  const write = socket.write.bind(socket) as (...args: unknown[]) => boolean;
  socket.write = (...args: unknown[]) => {
    if (timer === undefined) arm();
    return write(...args);
  };
  socket.on("data", (chunk: Buffer) => {
    const wasArmed = timer !== undefined;
    clearTimeout(timer);
    timer = undefined;
    if (endsReady(chunk)) greeted = true;
    else if (wasArmed) arm();
  });
  socket.on("close", () => clearTimeout(timer));
  // A server (or proxy) that hangs up during the greeting makes the driver retry for ever; as an error it rejects the query.
  socket.on(
    "end",
    () => !greeted && socket.destroy(new Error("the database closed the connection")),
  );
  return socket;
}

/** Whether the last message in the chunk is ReadyForQuery: `Z`, length 5, one status byte. */
const endsReady = (chunk: Buffer): boolean =>
  chunk.length >= 6 &&
  chunk.readUInt32BE(chunk.length - 5) === 5 &&
  chunk[chunk.length - 6] === 0x5a;
