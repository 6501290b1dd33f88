/** `/ide`: GraphiQL from our own files, with what this graph adds to it. */
import { existsSync, readFileSync } from "node:fs";
import { basename, extname, join } from "node:path";
import type { GraphQLSchema } from "graphql";
import { json, type HttpRequest, type HttpResponse, type Route } from "../../kit/server/http.ts";
import type { Log } from "../../kit/server/log.ts";
import { demoEmail, demoPassword } from "../../demo/world/world.ts";
import { registeredOperations } from "../../schema/operations/registry.ts";
import { openBundle, type BundleState } from "./bundle.ts";
import { examplesOf } from "./examples.ts";
import { htmlPage } from "./html.ts";

/** Nothing from elsewhere: the page must work, and keep to itself, without the internet. Monaco sets styles of its own. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "font-src 'self' data:",
  "img-src 'self' data:",
  "connect-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const mediaTypes: Record<string, string> = {
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".ttf": "font/ttf",
};

const accounts = () => [
  { role: "customer", email: demoEmail.customer(0), password: demoPassword },
  { role: "restaurant owner", email: demoEmail.owner(0), password: demoPassword },
  { role: "courier", email: demoEmail.courier(0), password: demoPassword },
  { role: "support", email: demoEmail.support(), password: demoPassword },
  { role: "admin", email: demoEmail.admin(), password: demoPassword },
];

function asset(state: BundleState, pathname: string): HttpResponse {
  const name = basename(pathname);
  const type = mediaTypes[extname(name)];
  const file = state.kind === "ready" ? join(state.folder, "assets", name) : "";
  if (!type || !existsSync(file)) return json(404, { error: "not found" });
  // Names carry a hash of the content.
  return {
    status: 200,
    headers: { "content-type": type, "cache-control": "public, max-age=31536000, immutable" },
    body: readFileSync(file),
  };
}

function page(state: BundleState): HttpResponse {
  if (state.kind === "ready") {
    const headers = {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": contentSecurityPolicy,
      "referrer-policy": "no-referrer",
      "cache-control": "no-cache",
    };
    return { status: 200, headers, body: readFileSync(join(state.folder, "index.html")) };
  }
  if (state.kind === "building")
    return htmlPage(
      200,
      "The IDE is being bundled",
      "<p>This happens once, and takes some seconds. The page reloads by itself.</p>",
      2,
    );
  return htmlPage(
    503,
    "The IDE is not here",
    "<p><code>npm run build:ide</code> bundles it, where development dependencies are installed.</p>",
  );
}

export type IdeOptions = {
  operationsFile: string;
  /** Whether the demo accounts are offered for signing in. */
  demoSignIn: boolean;
  /** The page of Apollo Sandbox for whoever sends the request; null where it is not offered. */
  sandboxLink(request: HttpRequest): string | null;
  /** The schema that clients see now. */
  schema(): Promise<GraphQLSchema>;
  log: Log;
};

/** The routes of the IDE, and the end of what they started. */
export function ideRoutes(options: IdeOptions): { routes: Record<string, Route>; close(): void } {
  const bundle = openBundle(options.log);
  const setup: Route = async (request) => {
    const examples = examplesOf(registeredOperations(options.operationsFile), await options.schema());
    const sandbox = options.sandboxLink(request);
    return json(200, {
      endpoint: "/graphql",
      accounts: options.demoSignIn ? accounts() : [],
      examples,
      ...(sandbox === null ? {} : { sandbox }),
    });
  };
  return {
    routes: {
      "GET /ide": () => page(bundle.state()),
      "GET /ide/": () => page(bundle.state()),
      "GET /ide/setup.json": setup,
      "GET /ide/assets/*": ({ url }) => asset(bundle.state(), url.pathname),
    },
    close: bundle.close,
  };
}
