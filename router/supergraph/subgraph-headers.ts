/** What travels with every request from the router to a subgraph; the same for both engines. */
import type { Signer } from "../../kit/identity.ts";
import { traceparent } from "../../kit/trace.ts";
import type { RouterContext } from "../http/context.ts";

/** Headers for `subgraph`: the signed identity, the trace, and for users alone who is at the other end. */
export async function subgraphHeaders(
  sign: Signer,
  subgraph: string,
  context: RouterContext,
): Promise<Record<string, string>> {
  const { caller, notAfterSeconds } = context.identity;
  // Part of what is signed: nobody else can say where a client is.
  const told = subgraph === "users" ? { ...caller, address: context.clientAddress } : caller;
  const headers: Record<string, string> = {
    authorization: `Bearer ${await sign(told, subgraph, notAfterSeconds)}`,
    traceparent: traceparent(context.traceId),
  };
  if (subgraph === "users" && context.refreshToken) headers["x-refresh-token"] = context.refreshToken;
  return headers;
}
