/** What users does when its timers fire. */
import type { TimerHandlers } from "../../kit/events/timers.ts";
import { anchorAudit, anchorTimer } from "./actions/anchor-audit.ts";
import type { Deps } from "./deps.ts";

/** By the name of the timer. */
export const timers: TimerHandlers<Deps> = { [anchorTimer]: (_timer, deps) => anchorAudit(deps) };
