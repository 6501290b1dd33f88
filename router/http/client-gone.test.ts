/** A client that goes away takes its subgraph requests with it, through the whole router. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pino from "pino";
import { expect, test, vi } from "vitest";
import { composeGraph } from "../engine/in-process-graph.ts";
import { startOpenRouter } from "./open-router.ts";
import { standaloneLimits } from "./testing/standalone-limits.ts";

type Line = { level: number; msg: string };

test("a client's closed connection ends the request to the subgraph; a mutation is brought to its end", async () => {
  const responses: PromiseWithResolvers<ServerResponse>[] = [Promise.withResolvers(), Promise.withResolvers()];
  let count = 0;
  const subgraph = createServer((request, response) => {
    request.resume();
    responses[count++]?.resolve(response);
  });
  await new Promise<void>((listening) => subgraph.listen(0, "127.0.0.1", listening));
  const { port } = subgraph.address() as AddressInfo;
  const lines: Line[] = [];
  const folder = await mkdtemp(join(tmpdir(), "client-gone-"));
  const supergraphFile = join(folder, "supergraph.graphql");
  const sdl = composeGraph({ a: { sdl: "type Query { slow: Int } type Mutation { act: Int }" } });
  await writeFile(supergraphFile, sdl.replace("http://a", `http://127.0.0.1:${port}`));
  const router = await startOpenRouter({
    supergraphFile,
    host: "127.0.0.1",
    port: 0,
    introspection: false,
    subgraphErrors: false,
    timeoutMs: 30_000,
    maxAnswerBytes: 1_000_000,
    ...standaloneLimits,
    maxBodyBytes: 100_000,
    fastLane: true,
    log: pino({ level: "debug" }, { write: (line: string) => void lines.push(JSON.parse(line) as Line) }),
  });
  const abandoned = () => lines.filter(({ msg }) => msg === "the client left before its answer");
  const leave = async (query: string, asked: Promise<ServerResponse>): Promise<ServerResponse> => {
    const client = new AbortController();
    const sent = fetch(`${router.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query }),
      signal: client.signal,
    });
    const response = await asked;
    client.abort();
    await expect(sent).rejects.toThrow("aborted");
    return response;
  };
  try {
    const acting = await leave("mutation { act }", responses[0]!.promise);
    const slow = await leave("{ slow }", responses[1]!.promise);
    if (!slow.destroyed) await new Promise((closed) => slow.once("close", closed));
    expect(acting.destroyed).toBe(false);
    await vi.waitFor(() => expect(abandoned()).toHaveLength(2));
    // One line each, at debug; that the subgraph's request was ended is no failure of it.
    expect(abandoned().map(({ level }) => level)).toEqual([20, 20]);
    expect(lines.filter(({ level }) => level > 20)).toEqual([]);
    acting.writeHead(200, { "content-type": "application/json" }).end('{"data":{"act":1}}');
  } finally {
    await router.stop();
    subgraph.closeAllConnections();
    subgraph.close();
    await rm(folder, { recursive: true });
  }
});
