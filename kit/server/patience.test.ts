import { expect, test } from "vitest";
import { whileBusy } from "./patience.ts";

const failing = (code: string) => Object.assign(new Error(code), { code });

/** Fails with each of the errors in turn, then answers how often it was asked. */
function work(...errors: Error[]) {
  let asked = 0;
  return async () => {
    const error = errors[asked++];
    if (error) throw error;
    return asked;
  };
}

test("a database that is slow is asked again, and that is said each time", async () => {
  const said: string[] = [];
  const wrapped = new Error("in drizzle's words", { cause: failing("QUERY_TIMEOUT") });
  expect(await whileBusy(work(failing("CONNECT_TIMEOUT"), wrapped), (line) => said.push(line))).toBe(3);
  expect(said).toHaveLength(2);
  expect(said[0]).toMatch(/^the machine is busy/);
});

test("every other failure is one at once", async () => {
  const said: string[] = [];
  const refused = work(failing("ECONNREFUSED"));
  await expect(whileBusy(refused, (line) => said.push(line))).rejects.toThrow("ECONNREFUSED");
  expect(said).toEqual([]);
});
