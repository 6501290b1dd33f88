/** What a person with a browser finds at the router: where to go from here, the IDE, the reference. */
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { SettingsError } from "../../kit/server/env.ts";
import { json, type HttpRequest, type HttpResponse, type Route } from "../../kit/server/http.ts";
import type { Log } from "../../kit/server/log.ts";
import { docsModel, type DocsModel } from "../../schema/docs/model.ts";
import { docsSite, type DocsFile } from "../../schema/docs/site.ts";
import type { Env } from "../env.ts";
import { htmlPage } from "../ide/html.ts";
import { ideRoutes } from "../ide/routes.ts";
import { sandboxLink } from "./sandbox.ts";
import { servedSupergraph } from "../supergraph/variant.ts";

type Reference = { text: string; model: DocsModel; files: ReadonlyMap<string, DocsFile> };

/** The reference of the served graph, made when first asked for, and anew when the graph's file has changed. */
function openReference(env: Env): () => Promise<Reference> {
  let known: Reference | undefined;
  return async () => {
    const text = await readFile(env.SUPERGRAPH_FILE, "utf8");
    if (known?.text === text) return known;
    const model = docsModel(servedSupergraph(env, text));
    known = { text, model, files: docsSite(model) };
    return known;
  };
}

const docsPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

function docsRoutes(reference: () => Promise<Reference>): Record<string, Route> {
  return {
    "GET /docs": () => ({ status: 308, headers: { location: "/docs/" } }),
    "GET /docs/*": async ({ url }) => {
      const file = (await reference()).files.get(basename(url.pathname.replace(/\/$/, "/index.html")));
      if (!file) return htmlPage(404, "Not in this graph", '<p><a href="/docs/">The reference</a></p>');
      const headers = {
        "content-type": file.mediaType,
        "content-security-policy": docsPolicy,
        "cache-control": "no-cache",
      };
      return { status: 200, headers, body: file.body };
    },
  };
}

/** True for a browser that opens the address of the graph as if it were a page. */
const opensAsPage = ({ method, headers, url }: HttpRequest): boolean =>
  method === "GET" && url.search === "" && (headers.accept ?? "").includes("text/html");

/** Where a browser that opened `/graphql` finds a page; null for everything that asks the graph. */
export const pageInstead = (request: HttpRequest): HttpResponse | null =>
  opensAsPage(request) ? { status: 303, headers: { location: "/", vary: "accept" } } : null;

/** What a customer reads who comes back from the card's issuer; nothing for anybody else. */
function comingBack({ searchParams }: URL): string {
  const order = /^ord_[0-9a-z]{26}$/.exec(searchParams.get("order") ?? "")?.[0];
  if (order === undefined) return "";
  const confirmed = searchParams.get("redirect_status") === "succeeded";
  return `<p role="status"><strong>${confirmed ? "The payment is confirmed." : "The payment was not confirmed."}</strong> Order <code>${order}</code></p>`;
}

function landing(url: URL, ide: boolean, docs: boolean, sandbox: string | null): HttpResponse {
  const links = [
    ...(ide ? ['<li><a href="/ide">Ask the graph</a>: an IDE with examples</li>'] : []),
    ...(docs ? ['<li><a href="/docs/">Read about it</a>: the guide by role, every type and field</li>'] : []),
    ...(sandbox === null
      ? []
      : [`<li><a href="${sandbox}">Apollo Sandbox</a>: Apollo's own IDE, on the internet</li>`]),
  ];
  return htmlPage(
    200,
    "Antar",
    `${comingBack(url)}<p>One GraphQL endpoint: <code>POST /graphql</code></p>${links.length > 0 ? `<ul>${links.join("")}</ul>` : ""}`,
  );
}

/**
 * The routes of the pages that the settings allow; in production none but the bare landing page unless they are asked for.
 * Throws SettingsError where demo accounts would be offered in production.
 */
export function pageRoutes(env: Env, log: Log): { routes: Record<string, Route>; close(): void } {
  const production = env.NODE_ENV === "production";
  if (production && env.IDE_DEMO_SIGN_IN)
    throw new SettingsError(
      "settings cannot be used:\n  IDE_DEMO_SIGN_IN: demo accounts are not offered in production",
    );
  const [ide, docs] = [env.IDE ?? !production, env.DOCS ?? !production];
  const reference = openReference(env);
  const open = ide
    ? ideRoutes({
        operationsFile: env.OPERATIONS_FILE,
        demoSignIn: env.IDE_DEMO_SIGN_IN,
        sandboxLink: (request) => sandboxLink(env, request),
        schema: async () => (await reference()).model.schema,
        log,
      })
    : { routes: {}, close: () => undefined };
  return {
    routes: {
      "GET /": (request) => landing(request.url, ide, docs, sandboxLink(env, request)),
      "GET /favicon.ico": () => json(404, { error: "not found" }),
      ...open.routes,
      ...(docs ? docsRoutes(reference) : {}),
    },
    close: open.close,
  };
}
