/** One check of every argument of a subgraph, so that no resolver can forget it. */
import {
  defaultFieldResolver,
  getNamedType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  isUnionType,
  type GraphQLArgument,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLOutputType,
  type GraphQLSchema,
} from "graphql";
import { graphqlError } from "../errors.ts";
import { invalidInput } from "./invalid-input.ts";
import { textProblem } from "./plain-text.ts";

/** What is wrong with a value, and where in it: the steps from the innermost outwards. */
type Problem = { readonly steps: (string | number)[]; readonly message: string };
type Check = (value: unknown) => Problem | null;

/** Numbers nearer to zero than this, or further from it than its inverse, break the arithmetic of Postgres (22003). */
const smallest = 1e-100;

const found = (message: string): Problem => ({ steps: [], message });

const within = (step: string | number, problem: Problem | null): Problem | null => {
  problem?.steps.push(step);
  return problem;
};

const checkText: Check = (value) => {
  const message = typeof value === "string" ? textProblem(value) : null;
  return message === null ? null : found(message);
};

const checkFloat: Check = (value) => {
  if (typeof value !== "number" || value === 0) return null;
  const size = Math.abs(value);
  return size >= smallest && size <= 1 / smallest ? null : found("The number is out of range.");
};

/** Any JSON value; the names in it count as text too. */
const checkJson: Check = (value) => {
  if (typeof value === "string") return checkText(value);
  if (typeof value === "number") return Number.isFinite(value) ? null : found("The number is out of range.");
  if (typeof value !== "object" || value === null) return null;
  for (const [key, each] of Object.entries(value)) {
    const problem = checkText(key) ?? within(key, checkJson(each));
    if (problem) return problem;
  }
  return null;
};

const scalarChecks: Readonly<Record<string, Check>> = {
  String: checkText,
  ID: checkText,
  Float: checkFloat,
  JSON: checkJson,
};

/** Makes the checks of one schema's types, each once. */
function createChecks() {
  const known = new Map<GraphQLInputObjectType, Check | null>();

  function checkObject(type: GraphQLInputObjectType): Check | null {
    const before = known.get(type);
    if (before !== undefined) return before;
    const checks: [string, Check][] = [];
    const check: Check = (value) => {
      for (const [name, each] of checks) {
        const problem = each((value as Record<string, unknown>)[name]);
        if (problem) return within(name, problem);
      }
      return null;
    };
    const skipNull: Check = (value) => (value === null || value === undefined ? null : check(value));
    // Known before its fields are looked at: a type may hold itself.
    known.set(type, skipNull);
    for (const field of Object.values(type.getFields())) {
      const one = checkOf(field.type);
      if (one) checks.push([field.name, one]);
    }
    if (checks.length > 0) return skipNull;
    known.set(type, null);
    return null;
  }

  /** The check of a type's values; null where every value that the type takes is fine. */
  function checkOf(type: GraphQLInputType): Check | null {
    if (isNonNullType(type)) return checkOf(type.ofType);
    if (isInputObjectType(type)) return checkObject(type);
    if (!isListType(type)) return scalarChecks[type.name] ?? null;
    const item = checkOf(type.ofType);
    return item && ((value) => checkList(value, item));
  }

  return checkOf;
}

function checkList(value: unknown, item: Check): Problem | null {
  if (!Array.isArray(value)) return null;
  for (let index = 0; index < value.length; index++) {
    const problem = item(value[index]);
    if (problem) return within(index, problem);
  }
  return null;
}

/** Where the problem is, dotted, from the field's arguments. */
const placeOf = ({ steps }: Problem): string => steps.toReversed().join(".");

/** The check of all arguments of a field; null where none needs one. */
function checkArguments(args: readonly GraphQLArgument[], checkOf: (type: GraphQLInputType) => Check | null) {
  const checks = args.flatMap(({ name, type }) => {
    const check = checkOf(type);
    return check ? [[name, check] as const] : [];
  });
  if (checks.length === 0) return null;
  return (values: Record<string, unknown>): Problem | null => {
    for (const [name, check] of checks) {
      const problem = check(values[name]);
      if (problem) return within(name, problem);
    }
    return null;
  };
}

const takesInvalidInput = (type: GraphQLOutputType): boolean => {
  const named = getNamedType(type);
  return isUnionType(named) && named.getTypes().some(({ name }) => name === "InvalidInputError");
};

/**
 * Wraps the resolvers of `schema` in place: text that Postgres cannot store or that misleads (see `textProblem`), and numbers
 * that it cannot reckon with, reach none of them. The field answers its `InvalidInputError` where its result can be one, with
 * its place; else BAD_USER_INPUT. Dates and integers are checked by their scalars.
 */
export function checkInputs(schema: GraphQLSchema): GraphQLSchema {
  const checkOf = createChecks();
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith("__")) continue;
    for (const field of Object.values(type.getFields())) {
      const check = checkArguments(field.args, checkOf);
      if (!check) continue;
      const resolve = field.resolve ?? defaultFieldResolver;
      const isTyped = takesInvalidInput(field.type);
      field.resolve = (source, args, context, info) => {
        const problem = check(args);
        if (!problem) return resolve(source, args, context, info);
        const place = placeOf(problem);
        if (isTyped) return invalidInput(place, problem.message);
        throw graphqlError("BAD_USER_INPUT", `${place}: ${problem.message}`);
      };
    }
  }
  return schema;
}
