/** A small run under faults, and a checker that is itself put to the test: every planted bug is found by name, and nothing else on a clean run. */
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { check } from "./checker/check.ts";
import type { Sources } from "./checker/evidence.ts";
import { openDatabase, type Databases } from "./checker/read.ts";
import type { PlantedBug } from "./planted-bug.ts";
import { plantedBugs } from "./planted-bugs.ts";
import { passed, run } from "./run.ts";

type Name = keyof Databases;

/** Any other database of the cluster will do to work on this one. */
const administer = (databases: Databases, statements: string[]) =>
  openDatabase(databases.orders.replace(/\/orders$/, "/postgres"), async (sql) => {
    for (const statement of statements) await sql.unsafe(statement);
  });

const copy = (databases: Databases, from: Name, to: string) =>
  administer(databases, [`create database ${to} template ${from}`]);

/** Plants one bug in a copy of what it touches, and asks the checker. */
async function plant(bug: PlantedBug, sources: Sources): Promise<Sources> {
  if ("file" in bug) {
    const changed = `${sources[bug.file]}.planted`;
    writeFileSync(changed, bug.edit(readFileSync(sources[bug.file], "utf8")));
    return { ...sources, [bug.file]: changed };
  }
  const { databases } = sources;
  await administer(databases, ["drop database if exists planted"]);
  await copy(databases, bug.database, "planted");
  const planted = databases[bug.database].replace(new RegExp(`/${bug.database}$`), "/planted");
  await openDatabase(planted, (sql) => sql.unsafe(`set session_replication_role = replica; ${bug.sql}`));
  return { ...sources, databases: { ...databases, [bug.database]: planted } };
}

test("orders survive faults, and the checker finds every bug that is planted afterwards", async () => {
  const lines: string[] = [];
  const found: Record<string, boolean> = {};
  const report = await run({
    orders: 30,
    faults: 6,
    seed: 7,
    tell: (line) => void lines.push(line),
    afterwards: async (sources) => {
      const untouched = `${sources.acknowledgements}.untouched`;
      copyFileSync(sources.acknowledgements, untouched);
      expect((await check({ ...sources, acknowledgements: untouched })).violations).toEqual([]);
      for (const bug of plantedBugs) {
        const { violations } = await check(await plant(bug, sources));
        found[bug.name] = violations.some(
          ({ invariant, what }) => invariant === bug.invariant && what.includes(bug.says),
        );
      }
    },
  });
  expect(passed(report), `${lines.join("\n")}\n${JSON.stringify(report, null, 1)}`).toBe(true);
  expect(found).toEqual(Object.fromEntries(plantedBugs.map(({ name }) => [name, true])));
});
