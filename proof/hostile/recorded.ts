/** A router over subgraphs that count what they are asked, and answer nothing. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { startLoneRouter } from "../../router/http/testing/lone-router.ts";
import { subgraphNames } from "../../schema/subgraphs.ts";
import type { Hostile } from "./inputs.ts";

export type Recorded = {
  url: string;
  /** GraphQL requests to subgraphs so far. */
  asked(): number;
  stop(): Promise<void>;
};

/** Starts it with `settings` beside those that it needs. */
export async function startRecorded(settings: Record<string, string> = {}): Promise<Recorded> {
  let asked = 0;
  const subgraphs = createServer((request, response) => {
    if (request.url === "/graphql") asked += 1;
    request.resume();
    response.writeHead(200, { "content-type": "application/json" }).end('{"data":null,"errors":[{"message":"none"}]}');
  });
  await new Promise<void>((listening) => subgraphs.listen(0, "127.0.0.1", listening));
  const address = `http://127.0.0.1:${(subgraphs.address() as AddressInfo).port}`;
  const router = await startLoneRouter({
    SUBGRAPH_URLS: JSON.stringify(Object.fromEntries(subgraphNames.map((name) => [name, address]))),
    CORS_ORIGINS: "http://app.test",
    ...settings,
  });
  return {
    url: router.url,
    asked: () => asked,
    async stop() {
      await router.stop();
      subgraphs.closeAllConnections();
      subgraphs.close();
    },
  };
}

/** Sends one hostile request; its status, the code and text of its answer. */
export async function sendHostile(
  url: string,
  { method = "POST", body, search = "", headers = {} }: Omit<Hostile, "code" | "status" | "name">,
): Promise<{ status: number; code: string | undefined; text: string }> {
  const response = await fetch(`${url}/graphql${search}`, {
    method,
    headers: { ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
    ...(body === undefined ? {} : { body }),
  });
  const text = await response.text();
  const { errors } = JSON.parse(text) as { errors?: { extensions: { code: string } }[] };
  return { status: response.status, code: errors?.[0]?.extensions.code, text };
}
