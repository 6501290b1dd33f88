import { GraphQLError } from "graphql";
import { expect, test } from "vitest";
import { errorText, loggedError, withoutPersons } from "./logged-error.ts";

const person = "ayu.lestari+x@mail.example.test";

test("an error keeps its type, words, code and places; not the lines before those, and no e-mail address", () => {
  const error = Object.assign(new TypeError(`nothing for ${person},\nsorry`), { code: "E_NOTHING", secret: person });
  const logged = loggedError(error);
  expect(logged).toMatchObject({ type: "TypeError", message: "nothing for [e-mail],\nsorry", code: "E_NOTHING" });
  expect(logged.stack).toMatch(/^\s+at /);
  expect(JSON.stringify(logged)).not.toContain("lestari");
});

test("what wraps an error for GraphQL is the error itself, with its path", () => {
  const original = new RangeError("too far");
  const wrapped = new GraphQLError(original.message, { originalError: original, path: ["orders", 0, "total"] });
  expect(loggedError(wrapped)).toMatchObject({ type: "RangeError", message: "too far", path: "orders.0.total" });
  expect(loggedError(new GraphQLError("plain"))).toMatchObject({ type: "GraphQLError", message: "plain" });
});

test("causes are told, so deep at most; an error that causes itself ends", () => {
  const error = new Error("outer", { cause: new Error("inner", { cause: "thrown text" }) });
  expect(loggedError(error)).toMatchObject({
    cause: { message: "inner", cause: { type: "string", message: "thrown text" } },
  });
  expect(errorText(error)).toBe("Error: outer; Error: inner; string: thrown text");
  const endless = new Error("again");
  endless.cause = endless;
  expect(JSON.stringify(loggedError(endless)).match(/again/g)).toHaveLength(6);
});

test.each([
  [`Failed query: select 1\nparams: ${person},secret`, "Failed query: select 1\nparams: [left out]"],
  ["parameters: a\nb", "params: [left out]"],
  ["a@b is no address, c@d.example is", "a@b is no address, [e-mail] is"],
  ["order ord_01 not found", "order ord_01 not found"],
])("%j becomes %j", (text, expected) => {
  expect(withoutPersons(text)).toBe(expected);
});

test("what is thrown and is no error is told as text", () => {
  expect([loggedError("x"), loggedError(null)]).toEqual([
    { type: "string", message: "x" },
    { type: "object", message: "null" },
  ]);
});
