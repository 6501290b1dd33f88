import { connect, type Socket } from "node:net";
import { graceMs, type Cancel } from "./cancel.ts";
import { currentWork } from "../server/request-work.ts";

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
  state: { pid: number | null } | null;
  /** What is sent, once it was built. */
  statement?: { string?: string };
  handle(): unknown;
  resolve(value: unknown): void;
  reject(error: Error): void;
};

/** A transaction's connection: `lost` once it is gone, and with it the transaction; `onLost` hears of it. */
export type Link = { lost?: Error; onLost?: (error: Error) => void };

/** How long a query may take, and how one is cancelled that nobody waits for any more. */
export type QueryTerms = { deadlineMs: number; cancel: Cancel };

/**
 * Rejects a query at the deadline, counted from when it is handed to the driver, or when the request that it is for has ended,
 * and never sends it on a lost link; helpers and fragments pass through.
 */
export function watch<T>(candidate: T, { deadlineMs, cancel }: QueryTerms, link: Link = {}): T {
  const query = candidate as unknown as Query;
  if (typeof query?.handle !== "function") return candidate;
  const { handle, resolve, reject } = query;
  let timer: NodeJS.Timeout | undefined;
  let stopListening: (() => void) | undefined;
  let isOver = false;
  const settle =
    <A>(done: (outcome: A) => void) =>
    (outcome: A) => {
      isOver = true;
      clearTimeout(timer);
      stopListening?.();
      done(outcome);
    };
  const abandon = (reason: Error) => {
    if (query.state === null) neverSend(query);
    else setTimeout(() => !isOver && void cancelOnServer(query, cancel), graceMs).unref();
    clearTimeout(timer);
    reject(reason);
  };
  query.resolve = settle(resolve);
  query.reject = settle((error: Error) => {
    if (isLoss(error)) {
      link.lost ??= error;
      link.onLost?.(error);
    }
    reject(error);
  });
  query.handle = function () {
    if (link.lost) return query.reject(link.lost);
    const work = currentWork();
    if (work?.ended) return query.reject(work.ended);
    stopListening ??= work?.onEnd(abandon);
    timer ??= setTimeout(() => expire(query, deadlineMs), deadlineMs);
    return handle.call(this);
  };
  return candidate;
}

/** Whether the error means that the connection is gone: the driver's or the socket's, or the server's last word on it. */
const isLoss = (error: Error & { code?: string; severity?: string; syscall?: string }): boolean =>
  error.severity === "FATAL" || error.syscall !== undefined || (error.code?.startsWith("CONNECTION_") ?? false);

/** For a query that is still queued: nobody waits for it any more, so what reaches the server later must change nothing. */
function neverSend(query: Query): void {
  query.strings = ["select 1"];
  query.args = [];
}

async function cancelOnServer({ state, statement, strings }: Query, cancel: Cancel): Promise<void> {
  const text = statement?.string ?? strings[0];
  if (state?.pid && text !== undefined) await cancel({ pid: state.pid, text });
}

function expire(query: Query, deadlineMs: number): void {
  if (query.state === null) neverSend(query);
  query.reject(new QueryTimeoutError(deadlineMs));
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
    // In a later turn, after what the driver still has to write: closed with writes pending it never writes again.
    timer = setTimeout(() => setImmediate(() => socket.destroy(new QueryTimeoutError(deadlineMs))), deadlineMs);
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
  socket.on("end", () => !greeted && socket.destroy(new Error("the database closed the connection")));
  return socket;
}

/** Whether the last message in the chunk is ReadyForQuery: `Z`, length 5, one status byte. */
const endsReady = (chunk: Buffer): boolean =>
  chunk.length >= 6 && chunk.readUInt32BE(chunk.length - 5) === 5 && chunk[chunk.length - 6] === 0x5a;
