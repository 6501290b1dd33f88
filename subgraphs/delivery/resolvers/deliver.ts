import { personOf } from "../../../kit/access/caller.ts";
import { invalidInput } from "../../../kit/graphql/invalid-input.ts";
import { deliver as act } from "../actions/deliver.ts";
import type { MutationResolvers } from "../generated/resolvers.ts";
import { stepRefused } from "./refusals.ts";

/** The address as a browser would ask for it; null when it is none, too long, or not https. */
function httpsAddress(text: string): string | null {
  const url = URL.canParse(text) ? new URL(text) : null;
  return url?.protocol === "https:" && url.href.length <= 2_000 ? url.href : null;
}

/** The courier hands the food over, with proof. */
export const deliver: NonNullable<MutationResolvers["deliver"]> = async (_root, { input }, ctx) => {
  const note = input.proof.note.trim();
  const photoUrl = input.proof.photoUrl == null ? null : httpsAddress(input.proof.photoUrl);
  if (note.length < 1 || note.length > 500 || /\p{Cc}/u.test(note.replaceAll("\n", "")))
    return invalidInput("proof.note", "The note must have 1 to 500 characters, none of them control characters.");
  if (input.proof.photoUrl != null && photoUrl === null)
    return invalidInput("proof.photoUrl", "The photo's address must be https.");
  const done = await act(ctx, personOf(ctx).userId, input.deliveryId, { note, photoUrl });
  return done.ok ? { __typename: "DeliverSuccess", delivery: done.value } : stepRefused(done.error);
};
