/** A limit on work that does not know how to stop. */
import { Script, createContext } from "node:vm";

type Sandbox = { work: (() => void) | undefined };

const sandbox: Sandbox = { work: undefined };
const context = createContext(sandbox);
const script = new Script("work()");

/** The result of `work`, which is broken off after `limitMs` milliseconds of it; throws an Error then. Not to be nested. */
export function within<T>(limitMs: number, work: () => T): T {
  let outcome: { value: T } | undefined;
  sandbox.work = () => {
    outcome = { value: work() };
  };
  try {
    script.runInContext(context, { timeout: limitMs });
  } finally {
    sandbox.work = undefined;
  }
  if (!outcome) throw new Error("the work ended without a result");
  return outcome.value;
}

/** Whether an error says that work was broken off. */
export const isTimeout = (error: unknown): boolean =>
  (error as NodeJS.ErrnoException).code === "ERR_SCRIPT_EXECUTION_TIMEOUT";
