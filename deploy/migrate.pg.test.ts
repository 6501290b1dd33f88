import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testDatabase, type TestDatabase } from "../kit/testing/database.ts";
import { migrationsOf } from "./migrations.ts";

const databases: Partial<Record<"users" | "menu", TestDatabase>> = {};
let settings: Record<string, string>;
beforeAll(async () => {
  databases.users = await testDatabase("users", { folder: null });
  databases.menu = await testDatabase("menu", { folder: null });
  settings = {
    USERS_OWNER_DATABASE_URL: databases.users.ownerUrl,
    MENU_OWNER_DATABASE_URL: databases.menu.ownerUrl,
  };
});
afterAll(async () => {
  await Promise.all(Object.values(databases).map((database) => database.close()));
});

async function run(names: string[], env: Record<string, string>) {
  const child = spawn(process.execPath, [join(import.meta.dirname, "migrate.ts"), ...names], { env });
  const [out, problems, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
  return { code: code as number | null, out, problems };
}

function tags(name: "users" | "menu"): string[] {
  const journal = JSON.parse(readFileSync(join(migrationsOf(name), "meta/_journal.json"), "utf8")) as {
    entries: { tag: string }[];
  };
  return journal.entries.map(({ tag }) => tag);
}

test("applies what is missing of the named subgraphs, and says so", async () => {
  const first = await run(["users"], settings);
  expect(first).toEqual({ code: 0, out: `users: applied ${tags("users").join(", ")}\n`, problems: "" });
  const second = await run(["users", "menu"], settings);
  expect(second).toEqual({
    code: 0,
    out: `users: nothing to apply\nmenu: applied ${tags("menu").join(", ")}\n`,
    problems: "",
  });
});

test("without names it wants every subgraph's setting, and touches nothing before it has them", async () => {
  const { code, out, problems } = await run([], settings);
  expect({ code, out }).toEqual({ code: 1, out: "" });
  expect(problems).toMatch(/^not set: ORDERS_\S+, DELIVERY_\S+, PAYMENTS_OWNER_DATABASE_URL [^\n]+\n$/);
});

test("an unknown name is refused in one line", async () => {
  const { code, out, problems } = await run(["users", "kitchen"], settings);
  expect({ code, out }).toEqual({ code: 1, out: "" });
  expect(problems).toBe("no such subgraph: kitchen; there are users, menu, orders, delivery, payments\n");
});

test("a database that refuses is named in one line, without its password", async () => {
  const wrong = settings["MENU_OWNER_DATABASE_URL"]!.replace(/:[^:@/]+@/, ":wrong@");
  const { code, problems } = await run(["menu"], { MENU_OWNER_DATABASE_URL: wrong });
  expect(code).toBe(1);
  expect(problems).toBe('menu: password authentication failed for user "menu_owner"\n');
});
