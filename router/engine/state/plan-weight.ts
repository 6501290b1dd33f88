/** How much memory a prepared operation keeps. */
import type { CompiledPlan } from "../compile/compiled-plan.ts";

/**
 * Measured as the growth of the heap by 15 to 130 prepared operations of one kind, each run 31 times, so that what is generated is
 * compiled too (Node 26): a flat selection of 400 fields in one step takes 124 bytes for each character of the text that is sent
 * to the subgraph, 15 root fields 100, six steps 94, 32 steps 111; the registered operations take 85 before they are run.
 */
const charBytes = 130;
const stepBytes = 2_048;
const ownBytes = 4_096;

/** Estimated bytes of a plan with its writers: by the number of its steps and the length of their texts. */
export const planBytes = ({ steps }: CompiledPlan): number =>
  steps.reduce((total, { operation }) => total + stepBytes + operation.length * charBytes, ownBytes);
