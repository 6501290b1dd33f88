/** Judges of changes in what operations send: arguments, fields of input types. */
import {
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  Kind,
  type GraphQLSchema,
  type ObjectValueNode,
  type ValueNode,
} from "graphql";
import { isDeepStrictEqual } from "node:util";
import { breaksIf, gravest, noticesIf, type Impact, type Judge } from "./impact.ts";
import type { Usage } from "./usage.ts";
import { isEveryValueTaken, isRequired, isValueRefused, mayBeOmitted, type Place, type Sender } from "./values.ts";

/** The argument at `@directive.argument` or `Type.field.argument`, or the field at `Input.field`. */
export function placeAt(schema: GraphQLSchema, path: string): Place | undefined {
  const [owner = "", member = "", argument] = path.split(".");
  if (owner.startsWith("@")) return schema.getDirective(owner.slice(1))?.args.find(({ name }) => name === member);
  const type = schema.getType(owner);
  if (isInputObjectType(type)) return type.getFields()[member];
  if (!isObjectType(type) && !isInterfaceType(type)) return undefined;
  return type.getFields()[member]?.args.find(({ name }) => name === argument);
}

/** What leaving a place out means now. Interfaces answer nothing themselves: the default of an object's own argument counts. */
function impactOfOmission(old: Place | undefined, now: Place, answers: boolean): Impact {
  if (isRequired(now)) return "breaks";
  return noticesIf(answers && !isDeepStrictEqual(old?.defaultValue, now.defaultValue));
}

type Places = { old: Place | undefined; now: Place | undefined; kind: "added" | "removed" | "type" | "default" };

/** One argument of one call, or one field of one object that is written out. */
function judgeGiven(value: ValueNode | undefined, places: Places, sender: Sender, answers = true): Impact {
  const { old, now, kind } = places;
  if (!now) return breaksIf(value !== undefined);
  const isOmitted = mayBeOmitted(value, sender);
  if (value !== undefined && isValueRefused(value, old, now, sender)) return "breaks";
  if (kind === "type") return breaksIf(isOmitted && isRequired(now));
  return isOmitted ? impactOfOmission(old, now, answers) : null;
}

/** An argument, by how each call passes it. */
export function judgeArgument(before: GraphQLSchema, after: GraphQLSchema, path: string, kind: Places["kind"]): Judge {
  const [owner, name] = [path.slice(0, path.lastIndexOf(".")), path.slice(path.lastIndexOf(".") + 1)];
  const places = { old: placeAt(before, path), now: placeAt(after, path), kind };
  const answers = !isInterfaceType(after.getType(owner.split(".")[0] ?? ""));
  return ({ calls, variables }) =>
    gravest((calls.get(owner) ?? []).map((call) => judgeGiven(call.get(name), places, { after, variables }, answers)));
}

const fieldOf = (object: ObjectValueNode, name: string) =>
  object.fields.find((field) => field.name.value === name)?.value;

/** A field of an input type that a variable carries: every value that it may have had. */
function judgeCarried({ old, now, kind }: Places): Impact {
  if (!now) return "breaks";
  if (old && isRequired(old)) return breaksIf(kind === "type" && !isEveryValueTaken(old.type, now.type));
  if (kind === "added" || kind === "default") return impactOfOmission(old, now, true);
  return breaksIf(isRequired(now) || (old !== undefined && !isEveryValueTaken(old.type, now.type)));
}

/** A field of an input type, by the objects that are written out and those that variables carry. */
export function judgeInputField(
  before: GraphQLSchema,
  after: GraphQLSchema,
  path: string,
  kind: Places["kind"],
): Judge {
  const [owner = "", name = ""] = path.split(".");
  const places = { old: placeAt(before, path), now: placeAt(after, path), kind };
  return ({ literals, carried, variables }) =>
    gravest([
      ...(literals.get(owner) ?? []).map((one) => judgeGiven(fieldOf(one, name), places, { after, variables })),
      carried.has(owner) ? judgeCarried(places) : null,
    ]);
}

/** An input type of which exactly one field may be given from now on. */
export function judgeOneOf(owner: string): Judge {
  const isOne = ({ fields }: ObjectValueNode, { variables }: Usage) =>
    fields.length === 1 &&
    fields.every(({ value }) =>
      value.kind === Kind.VARIABLE
        ? (variables.get(value.name.value) ?? []).every(({ type }) => type.kind === Kind.NON_NULL_TYPE)
        : value.kind !== Kind.NULL,
    );
  return (usage) =>
    breaksIf(usage.carried.has(owner) || (usage.literals.get(owner) ?? []).some((object) => !isOne(object, usage)));
}
