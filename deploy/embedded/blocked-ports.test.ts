import { expect, test } from "vitest";
import { isBlockedPort } from "./blocked-ports.ts";

const from = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, index) => first + index);

/** Around each port of the standard that a service here could be given. */
const ports = [
  [1715, 1725],
  [2045, 2052],
  [3655, 3662],
  [4000, 4010],
  [4040, 4050],
  [4185, 4195],
  [5055, 5065],
]
  .concat([
    [5995, 6005],
    [6560, 6570],
    [6660, 6700],
    [10_075, 10_085],
  ])
  .flatMap(([first = 0, last = 0]) => from(first, last));

test("the ports are those that fetch refuses", async () => {
  const refused: number[] = [];
  for (const port of ports) {
    const given: unknown = await fetch(`http://127.0.0.1:${port}/`, { method: "HEAD" }).catch(
      (error: unknown) => error,
    );
    if (given instanceof Error && String(given.cause).includes("bad port")) refused.push(port);
  }
  expect(refused).toContain(6000);
  expect(refused).toEqual(ports.filter(isBlockedPort));
});
