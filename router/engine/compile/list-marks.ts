/** Lists in paths. */
import { isListType, isNonNullType, type GraphQLOutputType } from "graphql";

/** Marks of the lists around a field's objects: "@" for each. */
export function listMarks(type: GraphQLOutputType): string[] {
  if (isNonNullType(type)) return listMarks(type.ofType);
  return isListType(type) ? ["@", ...listMarks(type.ofType)] : [];
}
