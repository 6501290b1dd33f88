/** Mutations giveDisputeEvidence, sendDisputeEvidence, acceptDispute and setDisputeFault. */
import { isSupport, personOf } from "../../../kit/access/caller.ts";
import { invalidInput } from "../../../kit/graphql/invalid-input.ts";
import * as act from "../actions/answer-dispute.ts";
import type { DisputeProblem } from "../actions/answer-dispute.ts";
import type { Actor } from "../actions/govern-payouts.ts";
import type { Contribution, EvidenceField, EvidenceTexts } from "../domain/dispute-evidence.ts";
import { disputeById } from "../db/dispute-queries.ts";
import type { Context } from "../deps.ts";
import type { GiveDisputeEvidenceInput, MutationResolvers } from "../generated/resolvers.ts";
import { isPayee } from "./payout-access.ts";

const actorOf = (context: Context): Actor => ({
  actorId: personOf(context).userId,
  traceId: context.traceId,
});

async function found({ db }: Context, id: string) {
  const dispute = await disputeById(db, id);
  if (!dispute) throw new Error("the dispute is gone");
  return dispute;
}

const noSuch = { __typename: "NotFoundError", message: "There is no such dispute." } as const;

type Shared = Extract<DisputeProblem, { tag: "NOT_FOUND" | "INVALID" | "NOT_OPEN" }>;

function sharedProblem(problem: Exclude<Shared, { tag: "INVALID" }>) {
  if (problem.tag === "NOT_FOUND") return noSuch;
  const message = "The dispute is answered, given up or decided already.";
  return { __typename: "DisputeNotOpenError", message, state: problem.state } as const;
}

const never = (problem: DisputeProblem): never => {
  throw new Error(`${problem.tag} cannot come of this`);
};

/** The input's fields by the provider's names: productDescription is product_description. */
function textsOf(input: GiveDisputeEvidenceInput): EvidenceTexts {
  const { disputeId: _, links: __, ...fields } = input;
  const texts = Object.entries(fields).flatMap(([name, text]) =>
    typeof text === "string" && text.trim() !== ""
      ? [[name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`) as EvidenceField, text] as const]
      : [],
  );
  return Object.fromEntries(texts);
}

export const giveDisputeEvidence: NonNullable<MutationResolvers["giveDisputeEvidence"]> = async (
  _,
  { input },
  context,
) => {
  const actor = actorOf(context);
  const dispute = await disputeById(context.db, input.disputeId);
  if (!dispute) return noSuch;
  const bySupport = isSupport(context);
  if (!bySupport && !(await isPayee(context, { ownerKind: "RESTAURANT", owner: dispute.restaurantId }))) return noSuch;
  const contributor = bySupport ? "PLATFORM" : "RESTAURANT";
  const evidence: Contribution = { contributor, texts: textsOf(input), links: [...(input.links ?? [])] };
  const done = await act.giveEvidence(context, actor, dispute.id, evidence);
  if (done.ok)
    return { __typename: "GiveDisputeEvidenceSuccess", dispute: { ...done.value, currency: dispute.currency } };
  switch (done.error.tag) {
    case "INVALID":
      return invalidInput(done.error.field, done.error.message);
    case "TOO_LATE": {
      const message = "The time to give evidence is over.";
      return { __typename: "EvidenceTooLateError", message, until: done.error.until };
    }
    case "NO_EVIDENCE":
      return never(done.error);
    default:
      return sharedProblem(done.error);
  }
};

export const sendDisputeEvidence: NonNullable<MutationResolvers["sendDisputeEvidence"]> = async (
  _,
  { input },
  context,
) => {
  const done = await act.sendEvidence(context, actorOf(context), input.disputeId);
  if (done.ok) return { __typename: "SendDisputeEvidenceSuccess", dispute: await found(context, input.disputeId) };
  switch (done.error.tag) {
    case "NO_EVIDENCE":
      return { __typename: "NoEvidenceError", message: "No evidence against the dispute was given yet." };
    case "NOT_FOUND":
    case "NOT_OPEN":
      return sharedProblem(done.error);
    default:
      return never(done.error);
  }
};

const decided = (problem: DisputeProblem) => {
  if (problem.tag === "INVALID") return invalidInput(problem.field, problem.message);
  return problem.tag === "NOT_FOUND" || problem.tag === "NOT_OPEN" ? sharedProblem(problem) : never(problem);
};

export const acceptDispute: NonNullable<MutationResolvers["acceptDispute"]> = async (_, { input }, context) => {
  const done = await act.acceptDispute(context, actorOf(context), input.disputeId, input.reason);
  if (!done.ok) return decided(done.error);
  return { __typename: "AcceptDisputeSuccess", dispute: await found(context, input.disputeId) };
};

export const setDisputeFault: NonNullable<MutationResolvers["setDisputeFault"]> = async (_, { input }, context) => {
  const { disputeId, fault, reason } = input;
  const done = await act.setDisputeFault(context, actorOf(context), disputeId, { fault, reason });
  if (!done.ok) return decided(done.error);
  return { __typename: "SetDisputeFaultSuccess", dispute: await found(context, disputeId) };
};
