import type { Act } from "../../../kit/access/caller.ts";
import type { Db } from "../../../kit/database/db.ts";
import { newId } from "../../../kit/id.ts";
import { err, ok, type Result } from "../../../kit/result.ts";
import { askSubgraph, type Asking } from "../../../kit/access/service-call.ts";
import { insertNote } from "../db/queries.ts";
import type { NoteRow } from "../db/tables.ts";
import { checkNote, type NoteProblem } from "../domain/note.ts";
import { publish } from "../events/published.ts";

/** Whether the menu, whose restaurants are, knows this one: an id that leads nowhere must not be kept. */
async function isRestaurant(asking: Asking, restaurantId: string): Promise<boolean> {
  const query = `query KnownInMenu($restaurantId: ID) { knownInMenu(restaurantId: $restaurantId) { restaurant } }`;
  type Answer = { knownInMenu: { restaurant: boolean } };
  return (await askSubgraph<Answer>(asking, "menu", query, { restaurantId })).knownInMenu.restaurant;
}

/**
 * Keeps the note, with one audit entry that does not hold its words; both or none. Throws SUBGRAPH_UNAVAILABLE, with nothing
 * kept, when the menu is away.
 */
export async function writeNote(
  deps: Asking & { db: Db },
  act: Act,
  restaurantId: string,
  text: string,
): Promise<Result<NoteRow, NoteProblem>> {
  const words = checkNote(restaurantId, text);
  if (!words.ok) return words;
  if (!(await isRestaurant(deps, restaurantId))) return err("UNKNOWN_RESTAURANT");
  const note = { id: newId("nte"), authorId: act.userId, restaurantId, text: words.value, createdAt: act.now };
  return deps.db.transaction(async (tx) => {
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
