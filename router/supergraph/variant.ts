/** The supergraph as this router serves it. */
import { contractSupergraph, variants } from "../../schema/variants.ts";
import type { Env } from "../env.ts";

/** `text` of a supergraph, reduced to the contract of the settings. Throws when the contract leaves nothing of it. */
export const servedSupergraph = ({ GRAPH_VARIANT }: Pick<Env, "GRAPH_VARIANT">, text: string): string =>
  GRAPH_VARIANT === "all" ? text : contractSupergraph(text, variants[GRAPH_VARIANT]);
