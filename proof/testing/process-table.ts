/** The processes of this machine, for tests that look at what is left running. */
import { spawnSync } from "node:child_process";

/** A process as `ps` lists it. */
export type Process = { pid: number; parent: number; group: number; command: string };

/** The processes that run now; dead ones that nobody has waited for yet do not count. */
export function processes(): Process[] {
  const { stdout } = spawnSync("ps", ["-A", "-ww", "-o", "pid=,ppid=,pgid=,stat=,args="], { encoding: "utf8" });
  return [...stdout.matchAll(/^\s*(\d+)\s+(\d+)\s+(\d+)\s+([^Z\s]\S*)\s+(.*)$/gm)].map(
    ([, pid, parent, group, , command = ""]) => ({
      pid: Number(pid),
      parent: Number(parent),
      group: Number(group),
      command,
    }),
  );
}

/** Everything that the process has started, and what that has started. */
export function descendants(pid: number | undefined, all: readonly Process[] = processes()): Process[] {
  return all.filter(({ parent }) => parent === pid).flatMap((child) => [child, ...descendants(child.pid, all)]);
}

/** Which of them still run, by number and command: numbers are used again. */
export function remaining(known: readonly Process[]): string[] {
  const now = new Set(processes().map(({ pid, command }) => `${pid} ${command}`));
  return known.map(({ pid, command }) => `${pid} ${command}`).filter((each) => now.has(each));
}
