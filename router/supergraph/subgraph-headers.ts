/** What travels with every request from the router to a subgraph; the same for both engines. */
import type { Caller, Signer } from "../../kit/access/identity.ts";
import { traceparent } from "../../kit/server/trace.ts";
import type { RouterContext } from "../http/context.ts";

/** Part of what is signed: nobody else can say where a client is, or where it is to come back to. */
function callerFor(subgraph: string, { identity: { caller }, clientAddress, returnOrigin }: RouterContext): Caller {
  if (caller.kind === "service") return caller;
  if (subgraph === "users") return { ...caller, address: clientAddress };
  if (subgraph === "orders" && caller.kind === "user" && returnOrigin !== undefined) return { ...caller, returnOrigin };
  return caller;
}

/** Headers for `subgraph`: the signed identity, the trace, and for users alone who is at the other end. */
export async function subgraphHeaders(
  sign: Signer,
  subgraph: string,
  context: RouterContext,
): Promise<Record<string, string>> {
  const { notAfterSeconds } = context.identity;
  const told = callerFor(subgraph, context);
  const headers: Record<string, string> = {
    authorization: `Bearer ${await sign(told, subgraph, notAfterSeconds)}`,
    traceparent: traceparent(context.traceId),
  };
  if (subgraph === "users" && context.refreshToken) headers["x-refresh-token"] = context.refreshToken;
  return headers;
}
