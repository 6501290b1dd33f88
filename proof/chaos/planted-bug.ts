/** What a planted bug is. */
import type { Databases } from "./checker/read.ts";

/** One bug: SQL on a database, or a line added to the provider's journal or the clients' file; and the violation that it must cause. */
export type PlantedBug = {
  name: string;
  invariant: number;
  /** Part of the sentence. */
  says: string;
} & (
  | { database: Exclude<keyof Databases, "events">; sql: string }
  | { file: "journal" | "acknowledgements"; edit: (text: string) => string }
);

/** An object of the provider's as its journal has it. */
export type Put = { kind: string; value: Record<string, unknown> };

type JournalLine = { put?: Put[] };

/** Everything that the journal says was put, in order. */
export const putsOf = (text: string) =>
  text
    .split("\n")
    .filter(Boolean)
    .flatMap((line) => (JSON.parse(line) as JournalLine).put ?? []);
