/** How much of a person another may see. */

/** Who looks, as far as it matters. */
export type Viewer = { userId: string | null; roles: readonly string[] };

/** The person themselves, support and admin see everything; everyone else id and displayName. */
export const seesAll = (viewer: Viewer, userId: string): boolean =>
  viewer.userId === userId || viewer.roles.includes("support") || viewer.roles.includes("admin");
