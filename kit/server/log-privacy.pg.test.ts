/** Real errors of Postgres about a person, through every way into the log: what is written names nobody. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { kitDatabase, type KitDatabase } from "../testing/kit-database.ts";

const person = "ayu.lestari@mail.example.test";
let database: KitDatabase;
beforeAll(async () => {
  database = await kitDatabase();
});
afterAll(() => database.close());

/** A process of its own, whose standard output is the log; each error is logged in every way that the code knows. */
const program = `
  import { sql } from "drizzle-orm";
  import { GraphQLError } from "graphql";
  import { openDatabase } from "./kit/database/db.ts";
  import { graphqlError, maskError } from "./kit/errors.ts";
  import { createLog } from "./kit/server/log.ts";
  import { errorText } from "./kit/server/logged-error.ts";
  const [url, person] = process.argv.slice(-2);
  const log = createLog({ service: "test", level: "debug" });
  const database = openDatabase({ url });
  const { db } = database;
  await db.execute(sql\`create temporary table people (email text unique, age int check (age > 0), note json)\`);
  const attempts = [
    () => db.execute(sql\`insert into people (email) values (\${person}), (\${person})\`),
    () => db.execute(sql\`select \${person}::text::uuid\`),
    () => db.execute(sql\`select \${person}::text::int\`),
    () => db.execute(sql\`select \${person}::text::timestamptz\`),
    () => db.execute(sql\`select \${person}::text::json\`),
    () => db.execute(sql\`insert into people (email, age) values (\${person}, -1)\`),
    () => db.execute(sql\`select * from no_such_table where email = \${person}\`),
    () => database.sql\`select \${person}::text::uuid\`,
    () => database.sql.unsafe("select $1::text::int", [person]),
    () => db.transaction((tx) => tx.execute(sql\`select \${person}::text::numeric\`)),
  ];
  for (const attempt of attempts) {
    const error = await attempt().then(() => null, (failure) => failure);
    if (!error) throw new Error("no error: " + attempt);
    const wrapped = new GraphQLError(error.message, { originalError: error, path: ["me"] });
    log.error({ err: error }, "by name");
    log.error(error);
    log.warn({ error: wrapped }, "wrapped");
    log.error("as text: " + error);
    log.warn({ err: new Error("behind", { cause: error }) }, "as a cause");
    log.info({ text: errorText(error) }, "for a column");
    maskError({ message: error.message }, wrapped, { log, traceId: "t" });
  }
  await database.close();
`;

test("neither parameters nor the values in messages and details are in the log; what went wrong is", async () => {
  const child = spawn(
    process.execPath,
    ["--input-type=module-typescript", "--eval", program, "--", database.url, person],
    { cwd: join(import.meta.dirname, "../.."), stdio: ["ignore", "pipe", "pipe"] },
  );
  const [output, errors, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "exit") as Promise<[number]>,
  ]);
  expect([code, errors]).toEqual([0, ""]);
  expect(output.split("\n").filter((line) => /lestari|example\.test/.test(line))).toEqual([]);
  const lines = output
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { err?: { cause?: object; message: string } });
  expect(lines).toHaveLength(70);
  const causes = JSON.stringify(lines.map(({ err }) => err));
  for (const told of ["23505", "people_email_key", "22P02", "22007", "23514", "people_age_check", "42P01"])
    expect(causes).toContain(told);
  expect(causes).toContain("duplicate key value violates unique constraint");
  expect(causes).toContain("select $1::text::uuid");
});
