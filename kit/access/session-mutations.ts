/** The mutations that begin, prolong and end a session. */

/**
 * Root fields of users that a client may call with a token that no longer holds: they give a person a new session or end one.
 * They return no one's data by the caller's identity, so neither the router nor a subgraph refuses them for it.
 */
export const sessionMutations: ReadonlySet<string> = new Set(["register", "signIn", "refresh", "signOut"]);
