/** Refused moves of the restaurant as typed errors. */
import type { HandleRefusal } from "../actions/handle-as-restaurant.ts";
import { notCaptured, notFound, wrongState } from "./refusals.ts";

/** Refusals of moves that do not depend on the payment. */
export function handlingError(refusal: HandleRefusal) {
  switch (refusal.tag) {
    case "NOT_FOUND":
      return notFound("order");
    case "WRONG_STATE":
      return wrongState(refusal.state);
    case "NOT_CAPTURED":
    case "WRONG_CODE":
    case "CODE_LOCKED":
      throw new Error(`unexpected refusal ${refusal.tag}`);
  }
}

/** Refusals of moves that wait for the capture. */
export const cookingError = (refusal: HandleRefusal) =>
  refusal.tag === "NOT_CAPTURED" ? notCaptured() : handlingError(refusal);
