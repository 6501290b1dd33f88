/** The workloads by name. */
import { productGraph } from "./product-graph.ts";
import { reviewsGraph } from "./reviews-graph.ts";
import type { Workload } from "./workload.ts";

export const workloads: readonly Workload[] = [reviewsGraph, productGraph];

/** The workload called `name`; throws for an unknown one. */
export function findWorkload(name: string): Workload {
  const found = workloads.find((workload) => workload.name === name);
  if (!found)
    throw new Error(`no workload is called ${name}; there are ${workloads.map((one) => one.name).join(", ")}`);
  return found;
}
