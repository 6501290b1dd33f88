/** Everything that users resolves. */
import type { Resolvers } from "../generated/resolvers.ts";
import { addAddress } from "./add-address.ts";
import { addStaff } from "./add-staff.ts";
import { address, orderAddress } from "./address.ts";
import { auditEntry } from "./audit-entry.ts";
import { changePassword } from "./change-password.ts";
import { eraseMe } from "./erase-me.ts";
import { grantOwnership } from "./grant-ownership.ts";
import { membership } from "./membership.ts";
import { query } from "./query.ts";
import { refresh } from "./refresh.ts";
import { register } from "./register.ts";
import { reinstateUser } from "./reinstate-user.ts";
import { removeAddress } from "./remove-address.ts";
import { removeMember } from "./remove-member.ts";
import { setRoles } from "./set-roles.ts";
import { signIn } from "./sign-in.ts";
import { signOut } from "./sign-out.ts";
import { suspendUser } from "./suspend-user.ts";
import { updateAddress } from "./update-address.ts";
import { updatePreferences } from "./update-preferences.ts";
import { updateProfile } from "./update-profile.ts";
import { user } from "./user.ts";

export const resolvers: Pick<
  Resolvers,
  "Query" | "Mutation" | "User" | "Address" | "OrderAddress" | "Membership" | "AuditEntry"
> = {
  Query: query,
  Mutation: {
    register,
    signIn,
    refresh,
    signOut,
    updateProfile,
    changePassword,
    addAddress,
    updateAddress,
    removeAddress,
    updatePreferences,
    setRoles,
    grantOwnership,
    addStaff,
    removeMember,
    suspendUser,
    reinstateUser,
    eraseMe,
  },
  User: user,
  Address: address,
  OrderAddress: orderAddress,
  Membership: membership,
  AuditEntry: auditEntry,
};
