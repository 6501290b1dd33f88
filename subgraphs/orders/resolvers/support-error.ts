import type { CancelRefusal } from "../actions/cancel-order.ts";
import { notFound, wrongState } from "./refusals.ts";

/** Refusals of what support does to an order. */
export function supportError(refusal: CancelRefusal) {
  switch (refusal.tag) {
    case "NOT_FOUND":
      return notFound("order");
    case "WRONG_STATE":
      return wrongState(refusal.state);
    case "FEE_REQUIRED":
      throw new Error("support agrees to no fee");
  }
}
