/** For tests: the limits of operations that the router has over any supergraph. */
import { operationLimits } from "../../../kit/document/operation-settings.ts";
import { standaloneEnv } from "../../env.ts";

const settings = standaloneEnv.parse({});

export const standaloneLimits = {
  maxTokens: settings.MAX_OPERATION_TOKENS,
  limits: operationLimits(settings),
  documentBytes: settings.DOCUMENT_CACHE_BYTES,
  planBytes: settings.PLAN_CACHE_BYTES,
  maxElements: settings.MAX_ANSWER_ELEMENTS,
  maxBytes: settings.MAX_ANSWER_BYTES,
  answerTimeoutMs: settings.ANSWER_TIMEOUT_MS,
};
