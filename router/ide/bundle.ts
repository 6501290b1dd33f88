/** The bundled IDE: built by a process of its own when somebody first asks for it, since few starts need it. */
import { fork, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Log } from "../../kit/server/log.ts";
import { bundleFolder } from "./build.ts";

/** `missing` where it cannot be built: the packages for it are development dependencies. */
export type BundleState = { kind: "ready"; folder: string } | { kind: "building" } | { kind: "missing" };

export type Bundle = {
  /** What there is now; starts the build where there is nothing yet. */
  state(): BundleState;
  /** Ends a build under way. */
  close(): void;
};

/** A bundle that is looked for, and built, on demand. */
export function openBundle(log: Log): Bundle {
  const folder = bundleFolder();
  let building: ChildProcess | undefined;
  let failed = false;
  const build = () => {
    building = fork(join(import.meta.dirname, "build.ts"), { stdio: "ignore" });
    building.once("exit", (code, signal) => {
      building = undefined;
      failed = code !== 0 && signal === null;
      if (failed) log.warn("the IDE could not be bundled: npm run build:ide says why");
    });
  };
  return {
    state() {
      if (existsSync(join(folder, "index.html"))) return { kind: "ready", folder };
      if (!building && !failed) build();
      return building ? { kind: "building" } : { kind: "missing" };
    },
    close: () => void building?.kill(),
  };
}
