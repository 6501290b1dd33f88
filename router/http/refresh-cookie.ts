/** Keeps refresh tokens of browsers in an HttpOnly cookie, out of reach of scripts (security.md, Refresh cookie). */
import type { DocumentNode, FieldNode, OperationDefinitionNode } from "graphql";
import type { ApolloServerPlugin } from "@apollo/server";
import type { RouterContext } from "./context.ts";
import { fieldsOf, fragmentsOf, mutationsOf } from "./operation-fields.ts";

const cookieName = "__Host-antar-refresh";
const issuing = new Set(["register", "signIn", "refresh"]);
const consuming = new Set(["refresh", "signOut"]);
const attributes = "Path=/; HttpOnly; Secure; SameSite=Strict";
const lifeSeconds = 30 * 24 * 3600;

/** A cookie's value, undefined where it was not encoded by us. */
function decoded(value: string): string | undefined {
  try {
    return decodeURIComponent(value);
  } catch {
    return undefined;
  }
}

/** The refresh token in a Cookie header, if there is one. */
export function readRefreshCookie(header: string | undefined): string | undefined {
  for (const part of (header ?? "").split(";")) {
    const [name, value] = part.trim().split("=", 2);
    if (name === cookieName && value) return decoded(value);
  }
  return undefined;
}

const responseKey = (field: FieldNode): string => field.alias?.value ?? field.name.value;

const setCookie = (token: string): string =>
  `${cookieName}=${encodeURIComponent(token)}; ${attributes}; Max-Age=${lifeSeconds}`;
const clearCookie = `${cookieName}=; ${attributes}; Max-Age=0`;

/** Whether a mutation of `operation` takes the refresh token. */
export const takesRefreshToken = (operation: OperationDefinitionNode, document: DocumentNode): boolean =>
  mutationsOf(operation, document).some((name) => consuming.has(name));

/** Whether a mutation of `operation` gives a refresh token. */
export const issuesRefreshToken = (operation: OperationDefinitionNode, document: DocumentNode): boolean =>
  mutationsOf(operation, document).some((name) => issuing.has(name));

/** Moves refresh tokens out of `data` (which it changes); gives the Set-Cookie value, if any. */
export function takeRefreshTokens(
  data: Record<string, unknown>,
  operation: OperationDefinitionNode,
  document: DocumentNode,
): string | undefined {
  const fragments = fragmentsOf(document);
  let cookie: string | undefined;
  for (const field of fieldsOf(operation.selectionSet, fragments)) {
    if (field.name.value === "signOut") cookie = clearCookie;
    if (!issuing.has(field.name.value)) continue;
    const result = data[responseKey(field)] as Record<string, unknown> | null | undefined;
    for (const part of fieldsOf(field.selectionSet, fragments)) {
      const token = part.name.value === "refreshToken" ? result?.[responseKey(part)] : undefined;
      if (typeof token !== "string" || !result) continue;
      result[responseKey(part)] = null;
      cookie = setCookie(token);
    }
  }
  return cookie;
}

/** Keeps tokens from browsers (requests with an Origin); the cookie is read and set only where the Origin is in `origins`. */
export const refreshCookiePlugin = (origins: readonly string[]): ApolloServerPlugin<RouterContext> => ({
  async requestDidStart({ contextValue, request }) {
    const trusted = contextValue.origin !== undefined && origins.includes(contextValue.origin);
    return {
      async didResolveOperation({ operation, document }) {
        const cookie = readRefreshCookie(request.http?.headers.get("cookie"));
        if (cookie && trusted && operation && takesRefreshToken(operation, document))
          contextValue.refreshToken = cookie;
      },
      async willSendResponse({ response, operation, document }) {
        if (contextValue.origin === undefined || operation?.operation !== "mutation" || !document) return;
        if (response.body.kind !== "single" || !response.body.singleResult.data) return;
        const cookie = takeRefreshTokens(response.body.singleResult.data, operation, document);
        if (cookie && trusted) response.http.headers.set("set-cookie", cookie);
      },
    };
  },
});
