import { deliver as act } from "../actions/deliver.ts";
import type { MutationResolvers } from "../generated/resolvers.ts";
import { invalidInput, stepRefused } from "./refusals.ts";
import { userIdOf } from "./viewer.ts";

const isHttps = (address: string): boolean =>
  address.length <= 2_000 && URL.canParse(address) && new URL(address).protocol === "https:";

export const deliver: NonNullable<MutationResolvers["deliver"]> = async (_root, { input }, ctx) => {
  const note = input.proof.note.trim();
  const photoUrl = input.proof.photoUrl ?? null;
  if (note.length < 1 || note.length > 500)
    return invalidInput("proof.note", "The note must have 1 to 500 characters.");
  if (photoUrl !== null && !isHttps(photoUrl))
    return invalidInput("proof.photoUrl", "The photo's address must be https.");
  const done = await act(ctx, userIdOf(ctx), input.deliveryId, { note, photoUrl });
  return done.ok ? { __typename: "DeliverSuccess", delivery: done.value } : stepRefused(done.error);
};
