/** Apollo Sandbox: Apollo's own IDE, a page on the internet that asks this router from the visitor's browser. */
import type { HttpRequest } from "../../kit/server/http.ts";
import type { Env } from "../env.ts";
import { isLoopback } from "./loopback.ts";

const studio = "https://studio.apollographql.com";
/** Where it asks from: its own page, and the frame in which other pages show it. */
const origins = [studio, "https://sandbox.embed.apollographql.com"];

type Settings = Pick<Env, "APOLLO_SANDBOX" | "NODE_ENV" | "HOST">;

/** Whether it is let in: as its setting says, else where the router is for this machine alone and not in production. */
const isLetIn = ({ APOLLO_SANDBOX, NODE_ENV, HOST }: Settings): boolean =>
  APOLLO_SANDBOX ?? (NODE_ENV !== "production" && isLoopback(HOST));

/** The origins to let in for Apollo Sandbox; none where it is kept out. */
export const sandboxOrigins = (settings: Settings): readonly string[] => (isLetIn(settings) ? origins : []);

/** The page of Apollo Sandbox with this router's endpoint filled in, as the browser of `request` reaches it; null where it is kept out. */
export function sandboxLink(settings: Settings, { headers }: Pick<HttpRequest, "headers">): string | null {
  if (!isLetIn(settings)) return null;
  const endpoint = `http://${headers.host ?? `${settings.HOST}:4000`}/graphql`;
  return `${studio}/sandbox/explorer?endpoint=${encodeURIComponent(endpoint)}`;
}
