/** Rewrites the journal of a folder and ends by kill -9 before or after a step: `crash.ts FOLDER STEP before|after`. */
import { nodeDisk, type Disk } from "../journal.ts";
import { openStore } from "../store.ts";

const [folder = "", step = "", when = ""] = process.argv.slice(2);

/** Ends the process at once, as a power cut would; never returns. */
const crash = (): Promise<never> => {
  process.kill(process.pid, "SIGKILL");
  return new Promise(() => {});
};

const crashing =
  <A extends unknown[], T>(name: keyof Disk, work: (...given: A) => Promise<T>) =>
  async (...given: A): Promise<T> => {
    if (name === step && when === "before") await crash();
    const done = await work(...given);
    if (name === step) await crash();
    return done;
  };

const disk: Disk = {
  openNew: crashing("openNew", nodeDisk.openNew),
  write: crashing("write", nodeDisk.write),
  sync: crashing("sync", nodeDisk.sync),
  rename: crashing("rename", nodeDisk.rename),
  syncFolder: crashing("syncFolder", nodeDisk.syncFolder),
};

await openStore(folder, { compactBytes: 1, disk });
