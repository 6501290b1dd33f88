/** Makes a fault happen, and the system whole again as its operators would: killed processes come back, paused ones go on. */
import { setTimeout as wait } from "node:timers/promises";
import { subgraphNames, type SubgraphName } from "../../../schema/subgraphs.ts";
import type { Fault } from "../schedule.ts";
import type { ServiceName, World } from "../world/world.ts";
import { disturbEvents } from "./events.ts";
import { disturbWebhooks, silence, strikeAroundCall } from "./provider.ts";
import { standsAt, withDatabase } from "./watch.ts";

/** Whether the fault took effect, and a word on how. */
export type Struck = { struck: boolean; note: string };

const isSubgraph = (name: ServiceName): name is SubgraphName => (subgraphNames as readonly string[]).includes(name);

async function killAt(world: World, { service, at, downMs }: Extract<Fault, { kind: "kill" }>): Promise<Struck> {
  const victim = world.services[service];
  let seen = true;
  let killed = false;
  const kill = async () => {
    killed = true;
    await victim.kill();
  };
  if (at === "before-provider" || at === "after-provider") {
    seen = await strikeAroundCall(world, at === "before-provider" ? "before" : "after", kill);
  } else if (at !== "any-time" && isSubgraph(service)) seen = await standsAt(world, service, at);
  if (!killed) await kill();
  await wait(downMs);
  victim.start();
  await victim.ready();
  return { struck: true, note: at === "any-time" ? "" : seen ? `at the point ${at}` : `${at} was not seen in time` };
}

async function hitCluster(world: World, fault: Extract<Fault, { cluster: string }>): Promise<Struck> {
  const cluster = world[fault.cluster];
  const pausing = fault.kind === "pause-cluster";
  if (pausing) cluster.pause();
  else cluster.kill();
  await wait(fault.forMs);
  if (pausing) cluster.resume();
  else await cluster.start();
  await Promise.all(Object.values(world.services).map((service) => service.ready()));
  return { struck: true, note: "" };
}

async function skew(world: World, service: ServiceName, offsetMs: number): Promise<Struck> {
  const victim = world.services[service];
  await victim.kill();
  victim.start({ CLOCK_OFFSET_MS: String(victim.clockOffsetMs + offsetMs) });
  await victim.ready();
  return { struck: true, note: "its clock stays so" };
}

async function pause(world: World, service: ServiceName, forMs: number): Promise<Struck> {
  const victim = world.services[service];
  victim.pause();
  await wait(forMs);
  victim.resume();
  await victim.ready();
  return { struck: true, note: "" };
}

async function resetConnections(world: World, database: string): Promise<Struck> {
  const { count } = await withDatabase(
    world.databases[database as SubgraphName],
    (sql) => sql`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = ${database} and usename = ${`${database}_app`}`,
  );
  return { struck: count > 0, note: `${count} connections` };
}

const counted = (count: number, what: string): Struck => ({ struck: count > 0, note: `${count} ${what}` });
const met = (struck: boolean): Struck => ({ struck, note: struck ? "" : "nothing came by in time" });

/** Strikes; resolves when the system is whole again. Rejects when it does not come back. */
export async function strike(world: World, fault: Fault): Promise<Struck> {
  switch (fault.kind) {
    case "kill":
      return killAt(world, fault);
    case "pause":
      return pause(world, fault.service, fault.forMs);
    case "kill-cluster":
    case "pause-cluster":
      return hitCluster(world, fault);
    case "provider-silent":
      return met(await silence(world, fault.when, fault.calls));
    case "webhooks":
      return met(await disturbWebhooks(world, fault.how, fault.count));
    case "events":
      return counted(await disturbEvents(world, fault.how, fault.forMs), "events");
    case "skew":
      return skew(world, fault.service, fault.offsetMs);
    case "reset-connections":
      return resetConnections(world, fault.database);
  }
}
