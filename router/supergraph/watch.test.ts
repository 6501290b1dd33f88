/** Files that change in every way in which deployments change them. */
import { appendFileSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { watchFile } from "./watch.ts";

const ends: (() => void)[] = [];
afterEach(() => ends.splice(0).forEach((end) => end()));

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "antar-watch-"));
  ends.push(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** Watches `file`; `next()` is what it tells next: a text, or the code of an error. */
function watched(file: string, last: string, onChange: (text: string) => void = () => {}) {
  const told: string[] = [];
  const waiting: ((one: string) => void)[] = [];
  const tell = (one: string) => {
    const waits = waiting.shift();
    if (waits) waits(one);
    else told.push(one);
  };
  ends.push(
    watchFile({
      file,
      last,
      onChange(text) {
        tell(text);
        onChange(text);
      },
      onError: (error) => tell(`error ${(error as NodeJS.ErrnoException).code ?? (error as Error).message}`),
    }),
  );
  const next = () => {
    const first = told.shift();
    return first === undefined ? new Promise<string>((resolve) => waiting.push(resolve)) : first;
  };
  return { next, told };
}

test("a file that is written again, then one that is put in its place", async () => {
  const file = join(folder(), "s.graphql");
  writeFileSync(file, "one");
  const { next } = watched(file, "one");
  writeFileSync(file, "two");
  expect(await next()).toBe("two");
  writeFileSync(`${file}.new`, "three");
  renameSync(`${file}.new`, file);
  expect(await next()).toBe("three");
});

test("a file that is written in pieces is read whole", async () => {
  const file = join(folder(), "s.graphql");
  writeFileSync(file, "old");
  const { next } = watched(file, "old");
  writeFileSync(file, "");
  for (const piece of ["a", "b", "c"]) appendFileSync(file, piece);
  expect(await next()).toBe("abc");
});

test("a ConfigMap: the link of the folder is swapped, twice", async () => {
  const dir = folder();
  for (const version of ["v1", "v2", "v3"]) {
    mkdirSync(join(dir, version));
    writeFileSync(join(dir, version, "s.graphql"), version);
  }
  const swap = (version: string) => {
    symlinkSync(version, join(dir, "..data_tmp"));
    renameSync(join(dir, "..data_tmp"), join(dir, "..data"));
  };
  swap("v1");
  symlinkSync("..data/s.graphql", join(dir, "s.graphql"));
  const { next } = watched(join(dir, "s.graphql"), "v1");
  swap("v2");
  expect(await next()).toBe("v2");
  swap("v3");
  expect(await next()).toBe("v3");
});

test("a link into another folder, where a link on the way is replaced, and the file itself is written", async () => {
  const [here, there] = [folder(), folder()];
  for (const version of ["v1", "v2"]) {
    mkdirSync(join(there, version));
    writeFileSync(join(there, version, "s.graphql"), version);
  }
  symlinkSync("v1", join(there, "current"));
  symlinkSync(join(there, "current", "s.graphql"), join(here, "s.graphql"));
  const { next } = watched(join(here, "s.graphql"), "v1");
  symlinkSync("v2", join(there, "next"));
  renameSync(join(there, "next"), join(there, "current"));
  expect(await next()).toBe("v2");
  writeFileSync(join(there, "v2", "s.graphql"), "v2 again");
  expect(await next()).toBe("v2 again");
});

test("a change before the watching begins, seen by nobody's event, is told", async () => {
  const file = join(folder(), "s.graphql");
  writeFileSync(file, "new");
  expect(await watched(file, "old").next()).toBe("new");
});

test("a file that is gone is told once; it is read when it comes back", async () => {
  const file = join(folder(), "s.graphql");
  writeFileSync(file, "one");
  const { next, told } = watched(file, "one");
  rmSync(file);
  expect(await next()).toBe("error ENOENT");
  writeFileSync(file, "two");
  expect(await next()).toBe("two");
  expect(told).toEqual([]);
});

test("a text that is refused is told, and the next one is read all the same", async () => {
  const file = join(folder(), "s.graphql");
  writeFileSync(file, "good");
  const { next } = watched(file, "good", (text) => {
    if (text === "bad") throw new Error("no supergraph");
  });
  writeFileSync(file, "bad");
  expect([await next(), await next()]).toEqual(["bad", "error no supergraph"]);
  writeFileSync(file, "better");
  expect(await next()).toBe("better");
});
