import { expect, test } from "vitest";
import { CommandLineError, parseCommandLine, usageOf } from "./command.ts";

const command = {
  name: "npm run cook",
  does: "Cooks.",
  words: "[DISH …]",
  options: {
    hot: { kind: "flag", help: "serve it hot" },
    plates: { kind: "whole", least: 1, most: 9, default: 2, help: "how many" },
    minutes: { kind: "number", least: 0, help: "how long" },
    spice: { kind: "text", value: "NAME", many: true, help: "may be repeated" },
    pan: { kind: "text", value: "SIZE", default: "small", help: "which pan" },
  },
} as const;
const values = (...args: string[]) => parseCommandLine(command, args)?.values;

test("options have their kinds and their defaults", () => {
  expect(values()).toEqual({ hot: false, plates: 2, minutes: undefined, spice: [], pan: "small" });
  expect(values("--hot", "--plates", "3", "--minutes=1.5", "--spice", "chili", "--spice=salt", "--pan", "big")).toEqual(
    {
      hot: true,
      plates: 3,
      minutes: 1.5,
      spice: ["chili", "salt"],
      pan: "big",
    },
  );
  expect(parseCommandLine(command, ["soup", "--hot", "rice"])?.words).toEqual(["soup", "rice"]);
});

test.for(["--help", "-h"])("%s asks for the usage, whatever else is given", (help) => {
  expect(parseCommandLine(command, ["soup", "--plates", "many", help])).toBeNull();
});

test.for([
  [["--cold"], "unknown option '--cold'"],
  [["--pan"], "--pan needs a value"],
  [["--pan", "--hot"], "--pan needs a value; one that begins with a dash is written --pan=-…"],
  [["--hot=no"], "option '--hot' does not take an argument"],
  [["--plates", "many"], '--plates is a whole number from 1 to 9, not "many"'],
  [["--plates", "1.5"], '--plates is a whole number from 1 to 9, not "1.5"'],
  [["--plates", "10"], '--plates is a whole number from 1 to 9, not "10"'],
  [["--minutes="], '--minutes is a number of at least 0, not ""'],
] as const)("%s is refused in one line", ([args, line]) => {
  expect(() => values(...args)).toThrow(new CommandLineError(line));
});

test("words are refused where none are taken", () => {
  const silent = { name: "npm run rest", does: "Rests." };
  expect(() => parseCommandLine(silent, ["soup"])).toThrow(new CommandLineError("unexpected argument 'soup'"));
});

test("the usage names every option with its default", () => {
  expect(usageOf(command))
    .toBe(`usage: npm run cook -- [DISH …] [--hot] [--plates N] [--minutes N] [--spice NAME] [--pan SIZE]
Cooks.

  --hot         serve it hot
  --plates N    how many (default 2)
  --minutes N   how long
  --spice NAME  may be repeated
  --pan SIZE    which pan (default small)
  --help        print this text`);
});
