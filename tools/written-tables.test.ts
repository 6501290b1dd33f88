import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ledger } from "./ledger-docs.ts";
import { stateMachines } from "./state-docs.ts";

const page = (name: string) => readFileSync(join(import.meta.dirname, "../docs", name), "utf8");

// The tables of the domain are data. Whoever changes a row changes the page that people read, or is stopped here.
test("the state machines are those of the page", () => {
  expect(stateMachines()).toBe(page("state-machines.md"));
});

test("accounts, postings and who pays at an order's end are those of the page", () => {
  expect(ledger()).toBe(page("ledger.md"));
});
