/** Cancels statements on the server whose callers have left. */
import postgres from "postgres";

/** Where a statement runs, and its text. */
export type Running = { pid: number; text: string };

/** Cancels a statement if it still runs; never rejects. */
export type Cancel = (running: Running) => Promise<void>;

/** A statement that is over by then needs no cancelling; milliseconds. */
export const graceMs = 100;

/** Characters of a text that are compared: the server shows no more than the first 1,023 bytes. */
const compared = 200;

/**
 * Cancels over a connection of its own, since those of the pool may all be busy. The driver's own way asks for a process and not for
 * a statement: it would at times meet the next one of another request. Here the server checks that the process still runs that
 * text, and for longer than a request just begun can have. `close` ends the connection.
 */
export function createCanceller(url: string): { cancel: Cancel; close(): Promise<void> } {
  let client: postgres.Sql | undefined;
  const open = () =>
    postgres(url, {
      max: 1,
      idle_timeout: 5,
      connect_timeout: 3,
      fetch_types: false,
      prepare: false,
      onnotice: () => {},
    });
  return {
    async cancel({ pid, text }) {
      client ??= open();
      await client`
        select pg_cancel_backend(pid) from pg_stat_activity
        where pid = ${pid} and state = 'active' and query_start < clock_timestamp() - make_interval(secs => ${graceMs / 2_000})
          and left(query, ${compared}) = left(${text}, ${compared})`.catch(() => {});
    },
    close: async () => client?.end({ timeout: 1 }),
  };
}
