/**
 * Loaded before anything else. V8 notes at which places objects live long and makes them in the old space from then on. What it notes
 * while a router starts is wrong ever after: whole answers, and all that they hold, would stay until the next full collection.
 */
import { setFlagsFromString } from "node:v8";

setFlagsFromString("--no-allocation-site-pretenuring");
