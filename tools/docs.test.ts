import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import { errorCatalogue } from "../kit/errors.ts";
import { postings } from "../subgraphs/payments/domain/postings.ts";
import { stalePages } from "./docs.ts";
import { ledger } from "./ledger-docs.ts";
import { commentsOf, settingsOf } from "./settings-docs.ts";
import { stateMachines } from "./state-docs.ts";

test("a machine is printed as a diagram with its ends, and as a table with whatever its moves say", () => {
  const moves = [
    { from: "A", to: "B", cause: "asked", captured: true },
    { from: "A", to: "B", cause: "a | b" },
    { from: "B", to: "C" },
  ];
  const text = stateMachines([{ title: "Thing", file: "thing.ts", moves }]);
  expect(text).toContain("stateDiagram-v2\n  [*] --> A\n  A --> B\n  B --> C\n  C --> [*]\n");
  expect(text).toContain("| From | To | Cause | Captured |\n| --- | --- | --- | --- |\n| A | B | asked | yes |");
  expect(text).toContain("| A | B | a \\| b |  |\n| B | C |  |  |\n");
});

test("every posting is explained by entries that sum to 0, and every account by its side", () => {
  const text = ledger();
  const chapters = text.split("\n### ").slice(1, -1);
  expect(new Set(chapters.map((chapter) => chapter.split("\n")[0]))).toEqual(new Set(Object.keys(postings)));
  for (const chapter of chapters) {
    const rows = [...chapter.matchAll(/^\| `[a-z_]+` \| (\d*) \| (\d*) \|$/gm)];
    const sum = (column: 1 | 2) => rows.reduce((total, row) => total + Number(row[column]), 0);
    expect([chapter, sum(1)]).toEqual([chapter, sum(2)]);
    expect(sum(1)).toBeGreaterThan(0);
  }
  expect(text).toContain("| `restaurant_payable` | liability | credit | one per restaurant |");
});

test("settings carry default, unit and bounds, and the comment in front of them", () => {
  const source = `
    /** How long. */
    WAIT_MS: z…,
    /**
     * Two
     * lines.
     */
    SHARE_BPS: z…,
    BARE: z…`;
  expect(commentsOf(source)).toEqual(
    new Map([
      ["WAIT_MS", "How long."],
      ["SHARE_BPS", "Two lines."],
    ]),
  );
  const shape = {
    WAIT_MS: z.coerce.number().int().min(1).default(500),
    SHARE_BPS: z.coerce.number().int().min(0).max(10_000),
    MODE: z.enum(["a", "b"]).default("a").describe("Its own."),
    ON: z.stringbool().default(true),
    URL_OF_IT: z.url().optional(),
  };
  expect(settingsOf(shape, commentsOf(source))).toEqual([
    { name: "WAIT_MS", fallback: "500", kind: "milliseconds, from 1", description: "How long." },
    { name: "SHARE_BPS", fallback: undefined, kind: "basis points, from 0 to 10000", description: "Two lines." },
    { name: "MODE", fallback: "a", kind: "`a`, `b`", description: "Its own." },
    { name: "ON", fallback: "true", kind: "`true`, `false`", description: "" },
    { name: "URL_OF_IT", fallback: "", kind: "text", description: "" },
  ]);
});

test("a page that is missing or has moved is named; --check leaves it as it is", () => {
  const folder = mkdtempSync(join(tmpdir(), "antar-docs-"));
  try {
    writeFileSync(join(folder, "old.md"), "old");
    writeFileSync(join(folder, "same.md"), "same");
    const pages = { "old.md": "young", "same.md": "same", "absent.md": "here" };
    expect(stalePages(folder, pages, true)).toEqual(["old.md", "absent.md"]);
    expect(readFileSync(join(folder, "old.md"), "utf8")).toBe("old");
    expect(stalePages(folder, pages, false)).toEqual(["old.md", "absent.md"]);
    expect(stalePages(folder, pages, true)).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("docs/errors.md lists every code of the catalogue with its status, and no other", () => {
  const text = readFileSync(join(import.meta.dirname, "../docs/errors.md"), "utf8");
  const listed = [...text.matchAll(/^\| `([A-Z_]+)` \| (\d+) \|/gm)].map(([, code, status]) => [code, Number(status)]);
  expect(listed).toEqual(Object.entries(errorCatalogue).map(([code, { status }]) => [code, status]));
});
