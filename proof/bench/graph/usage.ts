/** What the system has used so far: processor time per process, and statements per database. */
import { readdirSync, readFileSync } from "node:fs";
import type postgres from "postgres";
import { cpuMs } from "../../../router/bench/process-usage.ts";

/** Processor time in milliseconds by part: `router`, each subgraph, `postgres`. */
export type Cpu = Record<string, number>;

/** Statements that the subgraphs' roles had executed, and the time Postgres spent planning them, milliseconds. */
export type Statements = { calls: number; planMs: number };

/** Processes whose parent is `pid`. */
function childrenOf(pid: number): number[] {
  const threads = readdirSync(`/proc/${pid}/task`);
  return threads.flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, "utf8").split(" ").filter(Boolean).map(Number),
  );
}

/** The postmaster's and its backends' time; those of backends that ended meanwhile are lost. */
function clusterCpuMs(pid: number): number {
  return [pid, ...childrenOf(pid)].reduce((sum, each) => {
    try {
      return sum + cpuMs(each);
    } catch {
      return sum;
    }
  }, 0);
}

/** Reads what the processes have used. */
export const readCpu = (pids: Readonly<Record<string, number>>, postmaster: number): Cpu => ({
  ...Object.fromEntries(Object.entries(pids).map(([name, pid]) => [name, cpuMs(pid)])),
  postgres: clusterCpuMs(postmaster),
});

/** Reads how many statements were executed in the subgraphs' databases; the broker's own is left out. */
export async function readStatements(admin: postgres.Sql): Promise<Statements> {
  const [row] = await admin<{ calls: number; plan_ms: number }[]>`
    select coalesce(sum(calls), 0)::float8 as calls, coalesce(sum(total_plan_time), 0)::float8 as plan_ms
    from pg_stat_statements s join pg_database d on d.oid = s.dbid where d.datname not in ('events', 'postgres')`;
  return { calls: row?.calls ?? 0, planMs: row?.plan_ms ?? 0 };
}

/** What lies between two readings, part by part. */
export const cpuBetween = (before: Cpu, after: Cpu): Cpu =>
  Object.fromEntries(Object.entries(after).map(([part, ms]) => [part, ms - (before[part] ?? 0)]));
