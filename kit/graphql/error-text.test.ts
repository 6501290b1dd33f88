/** No value that a client sent comes back in a message of GraphQL's own checks: passwords are among them. */
import { buildSchema, getVariableValues, parse, validate, type OperationDefinitionNode } from "graphql";
import { expect, test } from "vitest";
import { formatWithoutValues, withoutValues } from "./error-text.ts";

const schema = buildSchema(`
  enum Size { SMALL LARGE }
  input Inner { password: String!, size: Size, count: Int, flag: Boolean, ratio: Float }
  input SignIn { email: String!, password: String!, inner: Inner, many: [Inner!] }
  type Query { signIn(input: SignIn, size: Size, count: Int, text: String, id: ID, flag: Boolean, ratio: Float): Int }`);

const secret = `hun"ter2; Expected; at "input.x"; found`;

function variableMessages(input: unknown): string[] {
  const operation = parse("query ($input: SignIn) { signIn(input: $input) }").definitions[0] as OperationDefinitionNode;
  const { errors = [] } = getVariableValues(schema, operation.variableDefinitions ?? [], { input });
  return errors.map(({ message }) => withoutValues(message));
}

const inner = (given: object) => ({ email: "e", password: "p", inner: { password: "p", ...given } });

test.each<[name: string, input: unknown, expected: string[]]>([
  ["no object", secret, [`Variable "$input" has an invalid value; Expected type "SignIn" to be an object.`]],
  [
    "a list as text",
    { email: "e", password: [secret] },
    [`Variable "$input" has an invalid value at "input.password".`],
  ],
  [
    "an object as text",
    inner({ password: { secret } }),
    [`Variable "$input" has an invalid value at "input.inner.password".`],
  ],
  ["text as a number", inner({ count: secret }), [`Variable "$input" has an invalid value at "input.inner.count".`]],
  ["text as a flag", inner({ flag: secret }), [`Variable "$input" has an invalid value at "input.inner.flag".`]],
  ["text as a ratio", inner({ ratio: secret }), [`Variable "$input" has an invalid value at "input.inner.ratio".`]],
  ["no such enum value", inner({ size: secret }), [`Variable "$input" has an invalid value at "input.inner.size".`]],
  [
    "a secret beside what is missing",
    { password: secret },
    [`Variable "$input" has an invalid value; Field "email" of required type "String!" was not provided.`],
  ],
  [
    "a secret in a list",
    { email: "e", password: "p", many: [{ password: null, count: secret }] },
    [
      `Variable "$input" has an invalid value at "input.many[0].password"; Expected non-nullable type "String!" not to be null.`,
      `Variable "$input" has an invalid value at "input.many[0].count".`,
    ],
  ],
  [
    "a field that is none",
    { email: "e", password: secret, pasword: secret },
    [`Variable "$input" has an invalid value; Field "pasword" is not defined by type "SignIn".`],
  ],
])("in a variable: %s", (_name, input, expected) => expect(variableMessages(input)).toEqual(expected));

const quoted = JSON.stringify(secret);

test.each([
  `{ signIn(count: ${quoted}) }`,
  `{ signIn(flag: ${quoted}) }`,
  `{ signIn(ratio: ${quoted}) }`,
  `{ signIn(size: ${quoted}) }`,
  `{ signIn(size: hunter) }`,
  `{ signIn(text: { a: ${quoted} }) }`,
  `{ signIn(text: [${quoted}]) }`,
  `{ signIn(text: hunter) }`,
  `{ signIn(id: { a: ${quoted} }) }`,
  `{ signIn(input: ${quoted}) }`,
  `{ signIn(input: { email: "e", password: { a: ${quoted} } }) }`,
  `{ signIn(input: { password: ${quoted} }) }`,
])("in a document: %s", (text) => {
  const messages = validate(schema, parse(text)).map(({ message }) => withoutValues(message));
  expect(messages.length).toBeGreaterThan(0);
  for (const message of messages) expect(message).not.toContain("hun");
});

test.each([`{ signIn(text: hi ${quoted} `, `{ ${quoted} }`, `${quoted}`, `{ a """hunter""" }`, `{ a 27182818 }`])(
  "in what is no document: %s",
  (text) => {
    let message = "";
    try {
      parse(text);
    } catch (error) {
      message = withoutValues((error as Error).message);
    }
    expect(message).toMatch(/^Syntax Error: /);
    expect(message).not.toMatch(/hun|2718/);
  },
);

test("messages of our own, and what names fields and types alone, stay as they are", () => {
  for (const message of [
    "first must be from 1 to 100.",
    'Cannot query field "a" on type "Query". Did you mean "b"?',
    'Variable "$id" of required type "ID!" was not provided.',
    'Unknown argument "x" on field "Query.signIn".',
    "The operation has 200 aliases; at most 50 are allowed.",
  ])
    expect(withoutValues(message)).toBe(message);
  const own = { message: 'Value "x" does not exist in "E" enum.', extensions: { code: "FORBIDDEN" } };
  expect(formatWithoutValues(own)).toBe(own);
});
