import { join } from "node:path";
import { expect, test } from "vitest";
import { summarise, type Sample } from "./measure.ts";
import { ratiosOf } from "./report.ts";
import { parseVariant } from "./variants.ts";

const sample = (subgraphs: number, postgres: number): Sample => ({
  rps: 100,
  p50Ms: 5,
  p99Ms: 9,
  cpu: { router: 1, menu: subgraphs, postgres },
  subgraphs,
  total: 1 + subgraphs + postgres,
  statements: 3,
  planMs: 0,
  failed: 1,
});

test("figures are medians, spread is the whole range over the median, failures add up", () => {
  const figures = summarise([sample(9, 2), sample(2, 1), sample(4, 2)]);
  expect(figures).toMatchObject({ subgraphs: 4, cpu: { menu: 4, postgres: 2, router: 1 }, failed: 3 });
  expect(figures.spread).toEqual({ subgraphs: (9 - 2) / 4, postgres: 0.5 });
});

test("ratios are over the first variant, per operation and over the sum of all", () => {
  const of = (subgraphs: number, postgres: number) => summarise([sample(subgraphs, postgres)]);
  const ratios = ratiosOf({
    Cheap: { old: of(1, 1), new: of(1, 0.5) },
    Dear: { old: of(9, 3), new: of(4, 1.5) },
  });
  expect(ratios["Cheap"]).toEqual({ new: { subgraphs: 1, postgres: 0.5, total: 0.833 } });
  expect(ratios["all"]).toEqual({ new: { subgraphs: 0.5, postgres: 0.5, total: 0.563 } });
});

test("a variant is a name, a checkout and settings", () => {
  const root = join(import.meta.dirname, "../../..");
  expect(parseVariant("product")).toEqual({ name: "product", root, settings: {} });
  expect(parseVariant(`old@${root},DATABASE_PREPARE=false,LOG_LEVEL=`)).toEqual({
    name: "old",
    root,
    settings: { DATABASE_PREPARE: "false", LOG_LEVEL: "" },
  });
});

test.each(["", "a b", "old,DATABASE_PREPARE", "old@/nowhere"])("%j is no variant", (option) => {
  expect(() => parseVariant(option)).toThrow(/--variant wants|holds no/);
});
