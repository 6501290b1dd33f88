/** From a kind of change to the judge of who is hit by it. */
import { ChangeType, CriticalityLevel, type Change } from "@graphql-inspector/core";
import { isInterfaceType, type GraphQLSchema } from "graphql";
import { isValueUsed, judgeJoining, judgeLeaving, judgeTypeRemoved, judgeValueAdded } from "./answered.ts";
import { breaksIf, noticesIf, type Judge } from "./impact.ts";
import { judgeArgument, judgeInputField, judgeOneOf } from "./sent.ts";
import type { Usage } from "./usage.ts";

const nobody: Judge = () => null;

type Changed = {
  /** Coordinate of what changed, `@directive` for directives; empty for the schema as a whole. */
  path: string;
  meta: Readonly<Record<string, string | null | undefined>>;
  before: GraphQLSchema;
  after: GraphQLSchema;
  isSafe: boolean;
};

const isDirectiveUsed = ({ directivePlaces }: Usage, name: string) =>
  [...directivePlaces].some((place) => place.startsWith(`${name}:`));

/** A field is hit by a change of its own type; through an interface it is the interface's field that is asked. */
const fieldChanged = ({ path, isSafe }: Changed): Judge =>
  isSafe ? nobody : ({ fields }) => breaksIf(fields.has(path));

const fieldDeprecated =
  ({ path }: Changed): Judge =>
  ({ fields }) =>
    noticesIf(fields.has(path));
const valueDeprecated =
  ({ path }: Changed): Judge =>
  (usage) =>
    noticesIf(isValueUsed(usage, path));

const argument =
  (kind: Parameters<typeof judgeArgument>[3]) =>
  ({ before, after, path }: Changed) =>
    judgeArgument(before, after, path, kind);

const inputField =
  (kind: Parameters<typeof judgeInputField>[3]) =>
  ({ before, after, path }: Changed) =>
    judgeInputField(before, after, path, kind);

const rootChanged =
  (operation: string) =>
  ({ isSafe }: Changed): Judge =>
    isSafe ? nobody : ({ operations }) => breaksIf(operations.has(operation));

function interfaceAdded({ before, meta }: Changed): Judge {
  const [type, added] = [meta["objectTypeName"] ?? "", meta["addedInterfaceName"] ?? ""];
  return isInterfaceType(before.getType(type)) ? nobody : judgeJoining(before, added, type);
}

const judges: Readonly<Partial<Record<string, (changed: Changed) => Judge>>> = {
  [ChangeType.SchemaQueryTypeChanged]: rootChanged("query"),
  [ChangeType.SchemaMutationTypeChanged]: rootChanged("mutation"),
  [ChangeType.SchemaSubscriptionTypeChanged]: rootChanged("subscription"),
  [ChangeType.TypeRemoved]: ({ before, path }) => judgeTypeRemoved(before, path),
  [ChangeType.TypeKindChanged]:
    ({ path }) =>
    ({ types }) =>
      breaksIf(types.has(path)),
  [ChangeType.FieldRemoved]: fieldChanged,
  [ChangeType.FieldTypeChanged]: fieldChanged,
  [ChangeType.FieldDeprecationAdded]: fieldDeprecated,
  [ChangeType.FieldDeprecationReasonAdded]: fieldDeprecated,
  [ChangeType.FieldDeprecationReasonChanged]: fieldDeprecated,
  [ChangeType.FieldArgumentAdded]: argument("added"),
  [ChangeType.FieldArgumentRemoved]: argument("removed"),
  [ChangeType.FieldArgumentTypeChanged]: argument("type"),
  [ChangeType.FieldArgumentDefaultChanged]: argument("default"),
  [ChangeType.InputFieldAdded]: inputField("added"),
  [ChangeType.InputFieldRemoved]: inputField("removed"),
  [ChangeType.InputFieldTypeChanged]: inputField("type"),
  [ChangeType.InputFieldDefaultValueChanged]: inputField("default"),
  [ChangeType.DirectiveUsageInputObjectAdded]: ({ path }) => judgeOneOf(path),
  [ChangeType.EnumValueAdded]: ({ path }) => judgeValueAdded(path),
  [ChangeType.EnumValueRemoved]:
    ({ path }) =>
    (usage) =>
      breaksIf(isValueUsed(usage, path)),
  [ChangeType.EnumValueDeprecationReasonAdded]: valueDeprecated,
  [ChangeType.EnumValueDeprecationReasonChanged]: valueDeprecated,
  [ChangeType.UnionMemberAdded]: ({ before, path, meta }) =>
    judgeJoining(before, path, meta["addedUnionMemberTypeName"] ?? ""),
  [ChangeType.UnionMemberRemoved]: ({ before, path, meta }) =>
    judgeLeaving(before, path, meta["removedUnionMemberTypeName"] ?? ""),
  [ChangeType.ObjectTypeInterfaceAdded]: interfaceAdded,
  [ChangeType.ObjectTypeInterfaceRemoved]: ({ before, path, meta }) =>
    judgeLeaving(before, meta["removedInterfaceName"] ?? "", path),
  [ChangeType.DirectiveRemoved]:
    ({ path }) =>
    (usage) =>
      breaksIf(isDirectiveUsed(usage, path)),
  [ChangeType.DirectiveRepeatableRemoved]:
    ({ path }) =>
    (usage) =>
      breaksIf(isDirectiveUsed(usage, path)),
  [ChangeType.DirectiveLocationRemoved]:
    ({ path, meta }) =>
    ({ directivePlaces }) =>
      breaksIf(directivePlaces.has(`${path}:${meta["removedDirectiveLocation"] ?? ""}`)),
  [ChangeType.DirectiveArgumentAdded]: ({ before, after, path, meta }) =>
    judgeArgument(before, after, `${path}.${meta["addedDirectiveArgumentName"] ?? ""}`, "added"),
  [ChangeType.DirectiveArgumentRemoved]: argument("removed"),
  [ChangeType.DirectiveArgumentTypeChanged]: argument("type"),
  [ChangeType.DirectiveArgumentDefaultValueChanged]: argument("default"),
};

/** The judge of `change` at `path`. A breaking change of a kind that is not known hits everybody. */
export function judgeOf(change: Change, path: string, before: GraphQLSchema, after: GraphQLSchema): Judge {
  const judge = judges[change.type];
  const { level } = change.criticality;
  const isSafe = level === CriticalityLevel.NonBreaking;
  if (judge) return judge({ path, meta: change.meta as Changed["meta"], before, after, isSafe });
  return level === CriticalityLevel.Breaking ? () => "breaks" : nobody;
}
