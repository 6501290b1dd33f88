import type { Act } from "../../../kit/access/caller.ts";
import type { Db } from "../../../kit/database/db.ts";
import { newId } from "../../../kit/id.ts";
import { err, ok, type Result } from "../../../kit/result.ts";
import { addRating } from "../db/queries/restaurants.ts";
import { completedOrdersById, insertReview, reviewsByOrder } from "../db/queries/reviews.ts";
import type { ReviewRow } from "../db/tables.ts";
import { checkInteger, checkText, firstProblem, notFound, type EditProblem } from "../domain/input-rules.ts";

/** Why a review is refused: the edit's own reasons, or one that stands already. */
export type ReviewProblem = EditProblem | { readonly tag: "ALREADY_REVIEWED"; readonly review: ReviewRow };

/** Reviews a completed order of the person's own, once; the restaurant's rating changes with it. */
export async function reviewOrder(
  db: Db,
  act: Act,
  draft: { orderId: string; rating: number; comment: string | null },
): Promise<Result<ReviewRow, ReviewProblem>> {
  const problem = firstProblem([
    checkInteger("input.rating", draft.rating, 1, 5),
    checkText("input.comment", draft.comment, 0, 2000),
  ]);
  if (problem) return err(problem);
  return db.transaction(async (tx) => {
    const order = (await completedOrdersById(tx, [draft.orderId])).get(draft.orderId);
    if (!order || order.customerId !== act.userId) return err(notFound("completed order"));
    const review = await insertReview(tx, {
      ...draft,
      id: newId("rev"),
      comment: draft.comment?.trim() || null,
      restaurantId: order.restaurantId,
      customerId: act.userId,
      createdAt: act.now,
    });
    if (review) {
      await addRating(tx, order.restaurantId, draft.rating);
      return ok(review);
    }
    const standing = (await reviewsByOrder(tx, [draft.orderId])).get(draft.orderId);
    return err(standing ? { tag: "ALREADY_REVIEWED", review: standing } : notFound("completed order"));
  });
}
