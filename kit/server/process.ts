/** The life of a service process: start, say so, stop cleanly on a signal. */
import { flushCompileCache } from "node:module";

/** Longest wait for a clean stop, milliseconds. */
const stopWithinMs = 15_000;

type Stoppable = { stop(): Promise<void> };

/** How a process that people start at a terminal tells them what it does. */
export type ProcessOptions = { say?: (line: string) => void };

const signals = ["SIGTERM", "SIGINT", "SIGHUP"] as const;

/** One line on why a service does not start. */
function reasonOf(error: unknown): unknown {
  const { code, port } = error as { code?: unknown; port?: unknown };
  if (code === "EADDRINUSE") return `port ${String(port)} is in use: stop what uses it, or choose another`;
  return error instanceof Error ? error.message : error;
}

/**
 * Starts a service; SIGTERM, SIGINT and SIGHUP stop it cleanly, also while it is still starting. Further signals change nothing:
 * at a terminal npm passes on a Ctrl-C that the process has already seen. A failed start prints one line and exits with 1.
 */
export async function runUntilSignal(start: () => Promise<Stoppable>, { say }: ProcessOptions = {}): Promise<void> {
  let running: Stoppable | undefined;
  let stopping = false;
  const end = (service: Stoppable) =>
    service.stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  const stop = () => {
    if (stopping) return;
    stopping = true;
    say?.(running ? "Stopping …" : "Stopping as soon as the start has got to its end …");
    setTimeout(() => process.exit(1), stopWithinMs).unref();
    if (running) void end(running);
  };
  for (const signal of signals) process.on(signal, stop);
  // Forked, it ends with its parent, however and whenever that ended.
  process.once("disconnect", stop);
  if (process.connected === false) stop();
  try {
    running = await start();
    // Not at its end alone, which may be sudden.
    flushCompileCache();
    if (stopping) await end(running);
  } catch (error) {
    console.error(reasonOf(error));
    process.exit(1);
  }
}
