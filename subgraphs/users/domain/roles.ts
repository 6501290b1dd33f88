/** Rules of the platform's roles. */
import { err, ok, type Result } from "../../../kit/result.ts";
import type { InvalidField } from "./account.ts";

export type UserRole = "customer" | "courier" | "support" | "admin";

/** Distinct roles in a fixed order; none at all, or an admin's own removal of admin, is refused. */
export function parseRoles(roles: readonly UserRole[], asker: { self: boolean }): Result<UserRole[], InvalidField> {
  const order: UserRole[] = ["customer", "courier", "support", "admin"];
  const distinct = order.filter((role) => roles.includes(role));
  if (distinct.length === 0) return err({ field: "roles", message: "At least one role, please." });
  if (asker.self && !distinct.includes("admin"))
    return err({ field: "roles", message: "Another admin must take your admin role." });
  return ok(distinct);
}

/** Whether an account may be suspended or reinstated: never one's own, and staff of the platform by admins alone. */
export function mayGovern(
  asker: { id: string; roles: readonly string[] },
  target: { id: string; roles: readonly string[] },
): boolean {
  if (asker.id === target.id) return false;
  const platformStaff = target.roles.includes("support") || target.roles.includes("admin");
  return platformStaff ? asker.roles.includes("admin") : true;
}
