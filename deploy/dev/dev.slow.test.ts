import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { copyCheckout, type CheckoutCopy } from "../../proof/testing/checkout-copy.ts";

const contract = "subgraphs/menu/schema.graphql";
const resolvers = "subgraphs/menu/resolvers/resolvers.ts";
let copy: CheckoutCopy;
let data: string;
let child: ChildProcess;
let said = "";
let url = "";

beforeAll(async () => {
  copy = copyCheckout();
  data = mkdtempSync(join(tmpdir(), "antar-dev-"));
  child = fork(join(copy.root, "deploy/dev/main.ts"), [], {
    cwd: copy.root,
    env: { ...copy.env, PORT: "0", ANTAR_DATA: data, ANTAR_SEED: "test", LOG_LEVEL: "error" },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding("utf8").on("data", (text) => void (said += text));
  child.once("exit", (code) => void (said += `\nended with ${code}`));
  await vi.waitFor(() => expect(said).toMatch(/Ctrl-C|ended with/), { timeout: 200_000, interval: 200 });
  url = /GraphQL\s+(\S+)/.exec(said)?.[1] ?? said;
});
afterAll(async () => {
  if (child?.exitCode === null && child.signalCode === null) {
    child.kill("SIGTERM");
    await once(child, "exit");
  }
  copy?.remove();
  if (data) rmSync(data, { recursive: true, force: true });
});

/** What the graph answers, as text; the error's while nothing answers. */
const ask = (query: string): Promise<string> =>
  fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query }),
  }).then(
    (response) => response.text(),
    (error: unknown) => String(error),
  );

const answers = (query: string, text: string) =>
  expect.poll(() => ask(query), { timeout: 60_000, interval: 50 }).toContain(text);

const declare = (field: string) => (text: string) =>
  text.replace(/^type Query \{\n/m, (head) => `${head}  "Greets."\n  ${field}\n`);

test("a new field with its resolver, a broken contract, and its mend are followed by the running system", async () => {
  await answers("{ restaurants(first: 1) { edges { node { id } } } }", '"rst_');

  copy.edit(resolvers, (text) => text.replace("Query: query,", 'Query: { ...query, hello: () => "first" } as never,'));
  copy.edit(contract, declare("hello: String"));
  await answers("{ hello }", '"hello":"first"');

  copy.edit(resolvers, (text) => text.replace('"first"', '"second"'));
  await answers("{ hello }", '"hello":"second"');

  const whole = copy.read(contract);
  said = "";
  copy.edit(contract, declare("bye: Nowhere"));
  await expect.poll(() => said, { timeout: 60_000 }).toMatch(/subgraphs\/menu\/schema\.graphql:\d+:\d+ .*Nowhere/);
  expect(said).toContain("The last graph that composed stays in use.");
  expect(await ask("{ hello }")).toContain('"hello":"second"');

  copy.edit(resolvers, (text) => text.replace('"second"', '"third", bye: () => "bye"'));
  copy.edit(contract, () => declare("bye: String")(whole));
  await answers("{ hello bye }", '{"hello":"third","bye":"bye"}');
  expect(said.match(/the graph composes again/g)).toHaveLength(1);
  // Resolver types follow, beside what serves.
  await expect
    .poll(() => copy.read("subgraphs/menu/generated/resolvers.ts"), { timeout: 60_000 })
    .toMatch(/bye\?: Maybe<Scalars\['String'\]\['output'\]>/);
});
