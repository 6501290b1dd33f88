import { join } from "node:path";
import { readFileSync } from "node:fs";
import { buildSchema, getVariableValues, Kind, parse, validate } from "graphql";
import { expect, test } from "vitest";
import { registeredOperations } from "../../schema/operations/registry.ts";
import { variantNames } from "../../schema/variants.ts";
import { examplesOf } from "./examples.ts";

const folder = join(import.meta.dirname, "../../schema");
const operations = registeredOperations(join(folder, "operations.json"));
const schemaOf = (variant: string) => buildSchema(readFileSync(join(folder, `api.${variant}.graphql`), "utf8"));

test.each(variantNames)("every example of %s can be run as it stands", (variant) => {
  const schema = schemaOf(variant);
  const examples = examplesOf(operations, schema);
  expect(examples.length).toBeGreaterThan(0);
  for (const { name, query, variables } of examples) {
    const document = parse(query);
    expect(validate(schema, document), name).toEqual([]);
    const operation = document.definitions.find((node) => node.kind === Kind.OPERATION_DEFINITION);
    const values = variables === "" ? {} : (JSON.parse(variables) as Record<string, unknown>);
    const { errors } = getVariableValues(schema, operation?.variableDefinitions ?? [], values);
    expect(errors, `${name} with ${variables}`).toBeUndefined();
  }
});

test("all operations are examples where the whole graph is served, and those of support are not where it is public", () => {
  const whole = examplesOf(operations, schemaOf("internal"));
  expect(new Set(whole.map(({ name }) => name))).toEqual(new Set(operations.map(({ name }) => name)));
  const open = new Set(examplesOf(operations, schemaOf("public")).map(({ name }) => name));
  expect(open).toContain("SearchRestaurants");
  const internal = operations.filter(({ text }) => text.includes("refundPayment"));
  expect(internal.length).toBeGreaterThan(0);
  for (const { name } of internal) expect(open).not.toContain(name);
});
