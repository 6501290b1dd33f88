/** Small pages of the router's own, complete in themselves. */
import type { HttpResponse } from "../../kit/server/http.ts";

/** A page with `body` (HTML); with `refreshSeconds` the browser asks again after that time. */
export function htmlPage(status: number, title: string, body: string, refreshSeconds?: number): HttpResponse {
  const refresh = refreshSeconds === undefined ? "" : `<meta http-equiv="refresh" content="${refreshSeconds}">`;
  return {
    status,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'",
      "cache-control": "no-store",
    },
    body: `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">${refresh}
<link rel="icon" href="data:,"><title>${title}</title><style>:root{color-scheme:light dark}body{font:1rem/1.5 system-ui,sans-serif;max-width:40rem;margin:4rem auto;padding:0 1rem}</style>
<h1>${title}</h1>${body}</html>\n`,
  };
}
