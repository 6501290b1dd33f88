/** A small catalogue of events, and ready-made events of it, for kit's own tests. */
import { z } from "zod";
import type { Event } from "../events/event.ts";
import { newId } from "../id.ts";
import { createLog } from "../server/log.ts";

/** Two topics of one owner, one of another. */
export const sampleCatalogue = {
  "thing.made.v1": { source: "maker", data: z.object({ n: z.number().int() }) },
  "thing.moved.v1": { source: "maker", data: z.object({ n: z.number().int() }) },
  "other.made.v1": { source: "other", data: z.object({ n: z.number().int() }) },
  "note.taken.v1": { source: "*", data: z.object({ n: z.number().int() }) },
} as const;

/** The catalogue's type, for typed handlers. */
export type SampleEvents = typeof sampleCatalogue;

/** A well-formed `thing.made.v1` of one aggregate; `n` in its data equals the version. */
export function sampleEvent(aggregateId: string, aggregateVersion: number, change: Partial<Event> = {}): Event {
  return {
    id: newId("evt"),
    type: "thing.made.v1",
    source: "maker",
    time: "2026-01-01T00:00:00.000Z",
    aggregateId,
    aggregateVersion,
    traceId: "trace",
    data: { n: aggregateVersion },
    ...change,
  };
}

/** A log that writes nothing. */
export const quietLog = createLog({ service: "test", level: "silent" });
