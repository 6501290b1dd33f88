/** The limits of operations as settings; router and subgraphs have the same ones with other defaults. */
import { z } from "zod";
import type { OperationLimits } from "./operation-limits.ts";

/** What the settings are where nothing is set. */
export type OperationDefaults = {
  tokens: number;
  fields: number;
  depth: number;
  aliases: number;
  rootFields: number;
  answerFields: number;
};

const count = (fallback: number, description: string) =>
  z.coerce.number().int().positive().default(fallback).describe(description);

/** Settings with these defaults; spread them into a service's own. */
export const operationSettings = (defaults: OperationDefaults) => ({
  MAX_OPERATION_TOKENS: count(defaults.tokens, "Most lexical tokens of one document."),
  MAX_OPERATION_FIELDS: count(defaults.fields, "Most fields of one operation, its fragments opened."),
  MAX_OPERATION_DEPTH: count(defaults.depth, "Most levels of fields below one another."),
  MAX_OPERATION_ALIASES: count(defaults.aliases, "Most aliases of one operation, its fragments opened."),
  MAX_ROOT_FIELDS: count(defaults.rootFields, "Most fields of the operation itself, those below them not counted."),
  MAX_ANSWER_FIELDS: count(
    defaults.answerFields,
    "Most fields that the answer to an operation may have by estimate: each field for every object of the lists that it is in.",
  ),
  ASSUMED_LIST_SIZE: count(
    10,
    "Length of a list, for the estimate, where neither `@listSize` nor an argument tells it.",
  ),
});

type Settings = z.infer<z.ZodObject<ReturnType<typeof operationSettings>>>;

/** The limits that settings give. */
export const operationLimits = (settings: Settings): OperationLimits => ({
  size: {
    fields: settings.MAX_OPERATION_FIELDS,
    depth: settings.MAX_OPERATION_DEPTH,
    aliases: settings.MAX_OPERATION_ALIASES,
    rootFields: settings.MAX_ROOT_FIELDS,
  },
  answerFields: settings.MAX_ANSWER_FIELDS,
  assumedListSize: settings.ASSUMED_LIST_SIZE,
});
