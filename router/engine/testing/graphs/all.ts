/** The test graphs, in the order in which they are run. */
import type { TestGraph } from "../test-graph.ts";
import { counters } from "./counters.ts";
import { depot } from "./depot.ts";
import { desk } from "./desk.ts";
import { keys } from "./keys.ts";
import { media } from "./media.ts";
import { numbers } from "./numbers.ts";
import { office } from "./office.ts";
import { shop } from "./shop.ts";
import { yard } from "./yard.ts";

export const graphs: readonly TestGraph[] = [shop, media, office, desk, keys, yard, depot, counters, numbers];
