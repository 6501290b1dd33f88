/** One privileged change. */
import type { AuditEntryResolvers } from "../generated/resolvers.ts";
import { loadVisible } from "./user.ts";

export const auditEntry: AuditEntryResolvers = {
  actor: (row, _args, context) => (row.actorId === null ? null : loadVisible(context, row.actorId)),
};
