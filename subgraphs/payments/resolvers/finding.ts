/** What the reconciler found. */
import { personOf } from "../../../kit/access/caller.ts";
import { invalidInput } from "../../../kit/graphql/invalid-input.ts";
import { z } from "zod";
import { pageOf, cursorId, cursorInstant } from "../../../kit/graphql/connection.ts";
import { resolveFinding as act } from "../actions/resolve-finding.ts";
import { findingsPage } from "../db/findings.ts";
import type { MutationResolvers, QueryResolvers, ReconciliationFindingResolvers } from "../generated/resolvers.ts";
import { paymentById, visible } from "./access.ts";

const cursorShape = z.tuple([cursorInstant, cursorId("fnd")]);

/** Findings, oldest first. Throws BAD_USER_INPUT as `pageOf`. */
export const reconciliationFindings: NonNullable<QueryResolvers["reconciliationFindings"]> = (
  _,
  { resolved, ...page },
  { db },
) =>
  pageOf(page, {
    name: "findings",
    shape: cursorShape,
    read: (slice) => findingsPage(db, resolved !== true, slice),
    positionOf: ({ firstSeenAt, id }) => [firstSeenAt.getTime(), id],
    edgeOf: (node) => ({ node }),
  });

export const ReconciliationFinding: ReconciliationFindingResolvers = {
  payment: async ({ paymentId }, _, context) =>
    paymentId === null ? null : visible(context, await paymentById(context).load(paymentId)),
  resolvedBy: ({ resolvedBy }) => (resolvedBy === null ? null : { id: resolvedBy }),
};

/** Mutation resolveFinding. */
export const resolveFinding: NonNullable<MutationResolvers["resolveFinding"]> = async (_, { input }, context) => {
  const { findingId, resolution } = input;
  const done = await act(context, personOf(context).userId, { findingId, resolution }, context.traceId);
  if (done.ok) return { __typename: "ResolveFindingSuccess", finding: done.value };
  const problem = done.error;
  switch (problem.tag) {
    case "INVALID":
      return invalidInput(problem.field, problem.message);
    case "NOT_FOUND":
      return { __typename: "NotFoundError", message: "There is no such finding." };
    case "RESOLVED_BEFORE": {
      const message = "Somebody has resolved this finding.";
      return { __typename: "FindingResolvedError", message, finding: problem.finding };
    }
  }
};
