/** A router with a gigabyte of heap under thousands of distinct documents of ten kilobytes, each planned and kept as long as there is room. */
import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { residentMb } from "../../../router/bench/process-usage.ts";
import { longDocument } from "../../hostile/inputs.ts";
import { sendHostile } from "../../hostile/recorded.ts";

const root = join(import.meta.dirname, "../../..");

export type Survival = {
  documents: number;
  /** Documents that were answered, with data or with the error of a subgraph that has none. */
  answered: number;
  elapsedMs: number;
  /** Resident memory after each tenth of the documents, megabytes. */
  residentMb: number[];
};

async function startSubgraph() {
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(200, { "content-type": "application/json" }).end('{"data":{"restaurant":null}}');
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

/** Starts the router over any supergraph, whose limits of operations let such documents through. */
async function startRouter(supergraph: string) {
  const args = ["--max-old-space-size=1024", join(root, "router/standalone.ts"), "--supergraph", supergraph];
  const router = spawn(process.execPath, [...args, "--port", "0", "--no-identity"], {
    cwd: root,
    env: { LOG_LEVEL: "error" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const url = await new Promise<string>((ready, fail) => {
    router.once("exit", (code) => fail(new Error(`the router ended with ${code}`)));
    router.stdout.setEncoding("utf8").on("data", (text: string) => {
      const found = /GraphQL at (\S+)\/graphql/.exec(text)?.[1];
      if (found) ready(found);
    });
  });
  return { router, url, pid: router.pid ?? 0 };
}

/** Sends `documents` of them, one after the other; rejects when the router dies. */
export async function survive(folder: string, documents: number): Promise<Survival> {
  const { url: subgraph, server } = await startSubgraph();
  const supergraph = join(folder, "supergraph.graphql");
  const committed = readFileSync(join(root, "schema/supergraph.graphql"), "utf8");
  writeFileSync(
    supergraph,
    committed.replaceAll(/(@join__graph\(name: "\w+", url: )"[^"]*"/g, `$1"${subgraph}/graphql"`),
  );
  const { router, url, pid } = await startRouter(supergraph);
  const began = performance.now();
  const resident: number[] = [];
  let answered = 0;
  try {
    for (let number = 1; number <= documents; number++) {
      const { status } = await sendHostile(url, { body: JSON.stringify({ query: longDocument(number) }) });
      if (status === 200) answered += 1;
      if (number % Math.ceil(documents / 10) === 0) resident.push(Math.round(residentMb(pid)));
    }
    return { documents, answered, elapsedMs: performance.now() - began, residentMb: resident };
  } finally {
    router.kill("SIGTERM");
    server.closeAllConnections();
    server.close();
  }
}
