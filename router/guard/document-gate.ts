/** Keeps the registered operations at hand while their file changes, and decides which requests pass. */
import { readFile } from "node:fs/promises";
import { graphqlFailure, type HttpRequest, type HttpResponse } from "../../kit/server/http.ts";
import type { Log } from "../../kit/server/log.ts";
import { err, ok, type Result } from "../../kit/result.ts";
import { watchFile } from "../supergraph/watch.ts";
import { parseTrustedDocuments, resolveTrusted, type Refusal, type TrustedDocuments } from "./trusted-documents.ts";

/** What a refused client is told: nothing of the schema, and nothing of what is registered. */
const answers: Record<Refusal, HttpResponse> = {
  OPERATION_NOT_REGISTERED: graphqlFailure(
    403,
    "OPERATION_NOT_REGISTERED",
    "Only operations that are registered with this service are answered.",
  ),
  PERSISTED_QUERY_NOT_FOUND: graphqlFailure(404, "PERSISTED_QUERY_NOT_FOUND", "There is no document of this id."),
};

export type DocumentGate = {
  /** The request to run, with a registered hash replaced by its text; or the answer that refuses it. */
  admit(request: HttpRequest): Result<HttpRequest, HttpResponse>;
  /** The registered operations as they are now. */
  documents(): TrustedDocuments;
  /** Calls `listener` whenever others have taken their place. */
  onReplaced(listener: () => void): void;
  /** Ends the watching of the file. */
  close(): void;
};

/**
 * A gate over the registry in `file`, which is read again when it changes; a new file that is no registry is refused and the
 * old one stays. Rejects when the file cannot be used and `onlyTrusted` is set; without it nothing is registered then.
 */
export async function openDocumentGate(options: {
  file: string;
  /** Whether everything that is not registered is refused. */
  onlyTrusted: boolean;
  log: Log;
}): Promise<DocumentGate> {
  const { file, onlyTrusted, log } = options;
  let text = "";
  let documents: TrustedDocuments = new Map();
  try {
    text = await readFile(file, "utf8");
    documents = parseTrustedDocuments(text);
  } catch (error) {
    if (onlyTrusted) throw new Error(`the registered operations in ${file} cannot be used`, { cause: error });
    log.warn({ err: error, file }, "no registered operations");
  }
  const listeners: (() => void)[] = [];
  const close = watchFile({
    file,
    last: text,
    onChange(changed) {
      documents = parseTrustedDocuments(changed);
      log.info({ operations: documents.size }, "the registered operations were replaced");
      for (const listener of listeners) listener();
    },
    onError: (error) => log.error({ err: error }, "the new registered operations were refused; the old ones stay"),
  });
  return {
    admit(request) {
      const resolved = resolveTrusted(request, documents, onlyTrusted);
      return resolved.ok ? ok(resolved.value) : err(answers[resolved.error]);
    },
    documents: () => documents,
    onReplaced: (listener) => void listeners.push(listener),
    close,
  };
}
