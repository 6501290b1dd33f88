/** What V8 is told of how a router lives; loaded before anything else (docs/adr/0019-v8-settings.md). */
import { setFlagsFromString } from "node:v8";

// V8 notes at which places objects live long and makes them in the old space from then on. What it notes while a router starts is
// wrong ever after: whole answers, and all that they hold, would stay until the next full collection.
setFlagsFromString("--no-allocation-site-pretenuring");
