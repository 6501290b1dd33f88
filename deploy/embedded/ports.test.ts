import { expect, test } from "vitest";
import { choosePorts } from "./ports.ts";

test.for([
  [6000, /^port 6000 \(router\) is one that browsers refuse/],
  [4035, /^port 4045 \(psp\) is one that browsers refuse/],
] as const)("a row from %s on is refused, since nobody could open one of its ports", async ([router, problem]) => {
  await expect(choosePorts({ router })).rejects.toThrow(problem);
});
