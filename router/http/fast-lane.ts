/**
 * The fast lane: what Apollo Server has let through once goes straight to the engine from then on. Parsing, validating and
 * negotiating would say the same again, and plugins look at mutations, errors and deferred parts only: those go through Apollo
 * Server, where an operation that the engine has run is not run twice.
 */
import type { ApolloServer, ApolloServerPlugin, BaseContext } from "@apollo/server";
import { Kind, type DocumentNode, type GraphQLSchema, type OperationDefinitionNode } from "graphql";
import { documentBytes } from "../../kit/document/document-store.ts";
import type { AnswerCheck, OperationGuard } from "../../kit/document/operation-limits.ts";
import { executeGraphql, notKept, type HttpRequest, type HttpResponse } from "../../kit/server/http.ts";
import { Lru } from "../../kit/lru.ts";
import type { EngineGateway } from "../engine/gateway.ts";
import { usesDefer } from "../engine/state/prepared-operation.ts";

/** The longest document that is remembered, in characters. */
const longestDocument = 20_000;
/** Bytes of remembered forms of the `accept` header. */
const formBytes = 20_000;

/** A document with a single operation, a query, that was answered without an error; whose variables may make it too large. */
type Passed = { document: DocumentNode; operationName: string | undefined; check: AnswerCheck };
/** What the lane takes of a request's body. */
type Query = { text: string; operationName: string | undefined; variables: Record<string, unknown> | undefined };

export type FastLane<Context extends BaseContext> = {
  /** Learns what Apollo Server lets through. */
  plugin: ApolloServerPlugin<Context>;
  /** Takes the place of `executeGraphql`. */
  execute(server: ApolloServer<Context>, request: HttpRequest, body: unknown, context: Context): Promise<HttpResponse>;
};

const noVariables: Record<string, unknown> = {};

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Null where the body has anything that needs a closer look. */
function readQuery({ method }: HttpRequest, body: unknown): Query | null {
  if (method !== "POST" || !isRecord(body)) return null;
  const { query: text, operationName, variables, extensions } = body;
  if (typeof text !== "string") return null;
  if ((extensions ?? null) !== null && (!isRecord(extensions) || "persistedQuery" in extensions)) return null;
  if ((operationName ?? null) !== null && typeof operationName !== "string") return null;
  if ((variables ?? null) !== null && !isRecord(variables)) return null;
  return {
    text,
    operationName: (operationName ?? undefined) as string | undefined,
    variables: (variables ?? undefined) as Record<string, unknown> | undefined,
  };
}

/** The document's only operation; null where there are more or it is no plain query. */
function onlyQuery(document: DocumentNode): OperationDefinitionNode | null {
  const operations = document.definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
  const [operation] = operations;
  if (!operation || operations.length > 1 || operation.operation !== "query" || usesDefer(document)) return null;
  return operation;
}

/** A lane past the Apollo Server that `gateway` stands behind; what `guard` refuses it leaves to Apollo Server. It remembers
 * documents of `cacheBytes` for each schema. */
export function createFastLane<Context extends BaseContext>(
  gateway: EngineGateway,
  guard: OperationGuard,
  cacheBytes: number,
): FastLane<Context> {
  const documents = new WeakMap<GraphQLSchema, Lru<string, Passed>>();
  const newDocuments = () =>
    new Lru<string, Passed>({
      maxBytes: cacheBytes,
      weigh: (text, { document }) => text.length + documentBytes(document),
    });
  /** Content types of whole answers, by the `accept` header, "" for none. */
  const forms = new Lru<string, string>({
    maxBytes: formBytes,
    weigh: (accept, form) => accept.length + form.length,
  });
  /** Bodies of requests whose documents may be remembered, once their answers have gone out well. */
  const passing = new WeakMap<object, Passed & { schema: GraphQLSchema }>();

  const learn: Awaited<ReturnType<NonNullable<ApolloServerPlugin<Context>["requestDidStart"]>>> = {
    async willSendResponse({ request: { http }, response: { body }, document, schema }) {
      if (!document || !isRecord(http?.body) || body.kind !== "single" || body.singleResult.errors) return;
      const query = onlyQuery(document);
      if (!query) return;
      const check = guard.checkOf(schema, document, query);
      passing.set(http.body, { document, operationName: query.name?.value, check, schema });
    },
  };
  const listener = Promise.resolve(learn);

  function remember({ text }: Query, accept: string, body: object, { status, headers }: HttpResponse): void {
    const passed = passing.get(body);
    const form = headers?.["content-type"];
    if (!passed || status !== 200 || typeof form !== "string" || text.length > longestDocument) return;
    const { schema, ...entry } = passed;
    let known = documents.get(schema);
    if (!known) documents.set(schema, (known = newDocuments()));
    known.set(text, entry);
    forms.set(accept, form);
  }

  function find({ text, operationName }: Query): Passed | undefined {
    const passed = documents.get(gateway.apiSchema())?.get(text);
    return operationName === undefined || operationName === passed?.operationName ? passed : undefined;
  }

  return {
    plugin: { requestDidStart: () => listener },
    async execute(server, request, body, context) {
      const query = readQuery(request, body);
      if (!query) return executeGraphql(server, request, body, context);
      const accept = request.headers.accept ?? "";
      const passed = find(query);
      const form = forms.get(accept);
      if (!passed || form === undefined || passed.check(query.variables ?? noVariables)) {
        const response = await executeGraphql(server, request, body, context);
        remember(query, accept, body as object, response);
        return response;
      }
      const ahead = gateway.executeAhead({ ...query, document: passed.document }, context);
      const result = await ahead.result.catch(() => null);
      if (!result || result.errors || !result.data) return executeGraphql(server, request, body, ahead.context);
      return { status: 200, headers: { ...notKept, "content-type": form }, body: JSON.stringify(result) };
    },
  };
}
