import { fork, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { gates } from "../../tools/check.ts";
import { client } from "../../demo/order/graphql.ts";
import { signIn } from "../../demo/order/order.ts";
import { demoEmail, demoId } from "../../demo/world/world.ts";
import { copyCheckout, type CheckoutCopy } from "./checkout-copy.ts";

let copy: CheckoutCopy;
beforeAll(() => void (copy = copyCheckout()));
afterAll(() => copy?.remove());

/** Runs a command in the copy; throws with its output when it fails. */
function run(command: string): void {
  const path = `${join(copy.root, "node_modules/.bin")}:${dirname(process.execPath)}`;
  const { status, stdout, stderr } = spawnSync("bash", ["-ec", `export PATH="${path}:$PATH"; ${command}`], {
    cwd: copy.root,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`${command}\nended with ${status}:\n${stdout}${stderr}`);
}

/** The page's steps, and the commands in them. */
function recipe(): { steps: number; commands: string[] } {
  const page = copy.read("docs/add-a-subgraph.md");
  const commands = [...page.matchAll(/^ *```sh\n([\s\S]*?)^ *```$/gm)].map(([, block = ""]) => block);
  return { steps: page.match(/^\d+\. \*\*/gm)?.length ?? 0, commands };
}

async function startCopy(data: string): Promise<{ child: ChildProcess; url: string }> {
  const child = fork(join(copy.root, "deploy/embedded/main.ts"), [], {
    cwd: copy.root,
    env: { ...copy.env, PORT: "0", ANTAR_DATA: data, ANTAR_SEED: "test", LOG_LEVEL: "error", ROUTER_ENGINE: "antar" },
    stdio: ["ignore", "pipe", "inherit", "ipc"],
  });
  let said = "";
  child.stdout?.setEncoding("utf8").on("data", (text) => void (said += text));
  child.once("exit", (code) => void (said += `ended with ${code}`));
  await expect.poll(() => said, { timeout: 200_000, interval: 100 }).toMatch(/Ctrl-C|ended with/);
  return { child, url: /GraphQL\s+(\S+)/.exec(said)?.[1] ?? said };
}

type Noted = { restaurant: { name: string; notes: { text: string; restaurant: { rating: number | null } }[] } };

test("the recipe has seven steps at most, and makes a subgraph that passes the gates and answers in the graph", async () => {
  const { steps, commands } = recipe();
  expect(steps).toBeLessThanOrEqual(7);
  expect(commands.length).toBeGreaterThanOrEqual(3);
  for (const command of commands) run(command);
  for (const gate of ["types", "codegen", "composition", "schema rules", "resolvers", "boundaries"]) {
    const [, command = "false", arguments_ = []] = gates.find(([name]) => name === gate) ?? [];
    run([command, ...arguments_].join(" "));
  }

  const data = mkdtempSync(join(tmpdir(), "antar-recipe-"));
  const { child, url } = await startCopy(data);
  try {
    const customer = await signIn(url, demoEmail.customer(0));
    const restaurantId = demoId("rst", 0);
    await customer(`mutation Write($input: WriteNoteInput!) { writeNote(input: $input) { __typename } }`, {
      input: { restaurantId, text: "Ask for the good sambal" },
    });
    const read = `query Noted($id: ID!) { restaurant(id: $id) { name notes { text restaurant { rating } } } }`;
    const { restaurant } = await customer<Noted>(read, { id: restaurantId });
    expect(restaurant).toMatchObject({
      name: expect.any(String),
      notes: [{ text: "Ask for the good sambal", restaurant: {} }],
    });
    expect((await client(url)<Noted>(read, { id: restaurantId })).restaurant.notes).toBeNull();
    // Its event arrives where audit entries are kept.
    const admin = await signIn(url, demoEmail.admin());
    type Log = { auditLog: { edges: { node: { action: string; source: string } }[] } };
    const log = () => admin<Log>(`{ auditLog(first: 20) { edges { node { action source } } } }`);
    await expect
      .poll(async () => (await log()).auditLog.edges.map(({ node }) => node), { timeout: 60_000 })
      .toContainEqual({ action: "note.written", source: "notes" });
  } finally {
    child.kill("SIGTERM");
    if (child.exitCode === null) await once(child, "exit");
    rmSync(data, { recursive: true, force: true });
  }
});
