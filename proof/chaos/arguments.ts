/** The command line of `npm run chaos`. */
import type { CommandLine } from "../../kit/server/command.ts";

export const commandLine = {
  name: "npm run chaos",
  does: "Orders under faults in separate processes, then an independent check of every invariant: docs/chaos.md",
  options: {
    orders: { kind: "whole", least: 1, default: 300, help: "how many orders are placed" },
    faults: { kind: "whole", least: 0, default: 15, help: "how many faults strike" },
    seed: { kind: "whole", least: 0, help: "decides orders and faults; drawn where it is not given" },
    json: { kind: "flag", help: "only the last line, as JSON, goes to standard output" },
    keep: { kind: "flag", help: "leave the data of the run" },
  },
} as const satisfies CommandLine;
