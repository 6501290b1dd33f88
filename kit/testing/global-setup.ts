import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { startPostgres } from "../postgres/embedded.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The test cluster's administrator. */
    clusterUrl: string;
  }
}

type Cluster = { adminUrl: string; users: number; remove(): Promise<void> };

// Each project loads this module anew, and all of them share one cluster.
const shared = globalThis as { [testCluster]?: Promise<Cluster> | undefined };
const testCluster = Symbol.for("kit.test-cluster");

/** Starts one throw-away Postgres for a vitest run, and tells the workers where it is. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const cluster = await (shared[testCluster] ??= startCluster());
  cluster.users++;
  project.provide("clusterUrl", cluster.adminUrl);
  return async () => {
    if (--cluster.users > 0) return;
    shared[testCluster] = undefined;
    await cluster.remove();
  };
}

async function startCluster(): Promise<Cluster> {
  const folder = await mkdtemp(join(tmpdir(), "test-postgres-"));
  const log = { info: () => {}, warn: (...line: unknown[]) => console.warn(...line) };
  const postgres = await startPostgres({ dataFolder: folder, log, durable: false });
  const remove = async () => {
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  };
  return { adminUrl: postgres.adminUrl, users: 0, remove };
}
