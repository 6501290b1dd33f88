/** The life of a service process: start, say so, stop cleanly on a signal. */
import { flushCompileCache } from "node:module";

/** Longest wait for a clean stop, milliseconds. */
const stopWithinMs = 15_000;

/** Starts a service; SIGTERM and SIGINT stop it cleanly. A failed start prints one line and exits with 1. */
export async function runUntilSignal(start: () => Promise<{ stop(): Promise<void> }>): Promise<void> {
  // Forked, it ends with its parent, however and whenever that ended.
  const orphaned = () => process.kill(process.pid, "SIGTERM");
  process.once("disconnect", orphaned);
  if (process.connected === false) orphaned();
  try {
    const service = await start();
    // Not at its end alone, which may be sudden.
    flushCompileCache();
    let stopping = false;
    const stop = () => {
      if (stopping) return;
      stopping = true;
      setTimeout(() => process.exit(1), stopWithinMs).unref();
      service.stop().then(
        () => process.exit(0),
        () => process.exit(1),
      );
    };
    process.once("SIGTERM", stop);
    process.once("SIGINT", stop);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  }
}
