/** Answers that come compressed, whole or not. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createSubgraphClient, refusesRequest } from "./subgraph-client.ts";

const maxAnswerBytes = 100_000;
const text = `{"data":{"x":"${"packed ".repeat(1_000)}é"}}`;
let answer: { coding: string; bytes: Buffer };
const failures: unknown[] = [];
let client: ReturnType<typeof createSubgraphClient>;
const server = createServer((request, response) => {
  request.resume().on("end", () => {
    response.writeHead(200, { "content-type": "application/json", "content-encoding": answer.coding });
    response.end(answer.bytes);
  });
});

beforeAll(async () => {
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  client = createSubgraphClient({
    urls: { a: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` },
    timeoutMs: 5_000,
    maxAnswerBytes,
    acceptStatus: refusesRequest,
    headers: () => ({}),
    onFailure: (error) => failures.push(error),
  });
});
afterAll(async () => {
  await client.close();
  server.close();
});

function ask(coding: string, bytes: Buffer): Promise<unknown> {
  answer = { coding, bytes };
  failures.length = 0;
  return client.fetchSubgraph({
    subgraph: "a",
    url: "",
    query: "{x}",
    variables: {},
    body: "{}",
    kind: "query",
    context: undefined,
    signal: new AbortController().signal,
  });
}

test.each([
  ["gzip", gzipSync(text)],
  ["GZIP", gzipSync(text)],
  ["x-gzip", gzipSync(text)],
  ["deflate", deflateSync(text)],
  ["deflate", deflateRawSync(text)],
  ["br", brotliCompressSync(text)],
  ["zstd", zstdCompressSync(text)],
  ["gzip, br", brotliCompressSync(gzipSync(text))],
  ["identity", Buffer.from(text)],
  ["identity, gzip", gzipSync(text)],
  ["utf-8", Buffer.from(text)],
  ["utf-8, gzip", gzipSync(text)],
])("%s is read", async (coding, bytes) => {
  expect(await ask(coding, bytes)).toEqual({ body: text });
  expect(failures).toEqual([]);
});

const gzipped = gzipSync(text);
const corrupt = Buffer.from(gzipped);
corrupt.fill(0xff, 20, 40);
const bomb = Buffer.alloc(10 * maxAnswerBytes, " ");

test.each([
  ["gzip cut off", "gzip", gzipped.subarray(0, -10)],
  ["gzip without its last bytes", "gzip", gzipped.subarray(0, -1)],
  ["corrupt gzip", "gzip", corrupt],
  ["gzip that is none", "gzip", Buffer.from(text)],
  ["an empty gzip", "gzip", Buffer.alloc(0)],
  ["deflate cut off", "deflate", deflateSync(text).subarray(0, -10)],
  ["raw deflate cut off", "deflate", deflateRawSync(text).subarray(0, -10)],
  ["brotli cut off", "br", brotliCompressSync(text).subarray(0, -3)],
  ["zstd cut off", "zstd", zstdCompressSync(text).subarray(0, -3)],
  ["gzip that becomes too much", "gzip", gzipSync(bomb)],
  ["brotli that becomes too much", "br", brotliCompressSync(bomb)],
  ["gzip of gzip that becomes too much", "gzip, gzip", gzipSync(gzipSync(bomb))],
  ["more codings than anybody needs", "gzip, gzip, gzip, gzip", gzipSync(gzipSync(gzipSync(gzipSync(text))))],
])("%s is an error, in time", async (_what, coding, bytes) => {
  await expect(ask(coding, bytes)).rejects.toThrow();
  expect(failures).toHaveLength(1);
});
