import type { Db } from "../../../kit/db.ts";
import { newId } from "../../../kit/id.ts";
import { ok, type Result } from "../../../kit/result.ts";
import { insertNote } from "../db/queries.ts";
import type { NoteRow } from "../db/tables.ts";
import { checkNote, type NoteProblem } from "../domain/note.ts";
import { publish } from "../events/published.ts";

/** Who writes, when, and under which trace. */
type Act = { readonly userId: string; readonly now: Date; readonly traceId: string };

/** Keeps the note, with one audit entry that does not hold its words; both or none. */
export async function writeNote(
  db: Db,
  act: Act,
  restaurantId: string,
  text: string,
): Promise<Result<NoteRow, NoteProblem>> {
  const words = checkNote(restaurantId, text);
  if (!words.ok) return words;
  const note = { id: newId("nte"), authorId: act.userId, restaurantId, text: words.value, createdAt: act.now };
  return db.transaction(async (tx) => {
    await insertNote(tx, note);
    const auditId = newId("aud");
    const data = {
      auditId,
      actorId: act.userId,
      action: "note.written",
      subjectId: note.id,
      at: act.now.toISOString(),
    };
    await publish(tx, { type: "audit.recorded.v1", aggregateId: auditId, data }, act);
    return ok(note);
  });
}
