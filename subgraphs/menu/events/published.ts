import type { Act } from "../../../kit/access/caller.ts";
import { createPublisher } from "../../../kit/events/outbox.ts";
import type { Tx } from "../../../kit/database/db.ts";
import { newId } from "../../../kit/id.ts";
import { events } from "../../../schema/events.ts";
import type { RestaurantRow } from "../db/tables.ts";

/** Publishes an event of the menu in the transaction of its change. */
const publish = createPublisher(events, "menu");

/** Tells the others what they need of a restaurant: status, currency and place. */
export const publishRestaurant = (tx: Tx, row: RestaurantRow, act: Act): Promise<void> =>
  publish(
    tx,
    {
      type: "restaurant.changed.v1",
      aggregateId: row.id,
      data: {
        restaurantId: row.id,
        status: row.status,
        currency: row.currency,
        latitude: row.latitude,
        longitude: row.longitude,
      },
    },
    act,
  );

/** Records a privileged change: `action` such as `menu.item.deleted`, done by `act.userId` to `subjectId`. */
export function publishAudit(
  tx: Tx,
  act: Act,
  action: string,
  subjectId: string,
  detail?: Record<string, unknown>,
): Promise<void> {
  const auditId = newId("aud");
  const data = {
    auditId,
    actorId: act.userId,
    action,
    subjectId,
    at: act.now.toISOString(),
    ...(detail && { detail }),
  };
  return publish(tx, { type: "audit.recorded.v1", aggregateId: auditId, data }, act);
}
