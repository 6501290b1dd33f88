import { defineLoader } from "../../../kit/graphql/loaders.ts";
import { notesAbout, notesById } from "../db/queries.ts";
import type { NoteRow } from "../db/tables.ts";
import type { Context } from "../deps.ts";

/** The caller's own notes by id; others, and those of anonymous callers, are missing. */
export const noteLoader = defineLoader<Context, string, NoteRow>(async ({ caller, db }, ids) =>
  caller.kind === "user" ? notesById(db, caller.userId, ids) : new Map(),
);

/** The caller's notes by restaurant, newest first. */
export const notesLoader = defineLoader<Context, string, NoteRow[]>(async ({ caller, db }, restaurantIds) =>
  caller.kind === "user" ? notesAbout(db, caller.userId, restaurantIds) : new Map(),
);
