/** POSTs to subgraphs over kept connections, each within a deadline and a size limit. */
import { Pool, type Dispatcher } from "undici";
import type { Call } from "./in-flight.ts";

export type PostOptions = {
  /** Longest wait from the request to the last byte, milliseconds; time spent waiting for a connection counts. */
  timeoutMs: number;
  /** Largest answer, bytes. */
  maxAnswerBytes: number;
  /** Connections to one origin, default 128. */
  connections?: number;
};

export type PostAnswer = { status: number; contentType: string; body: string };

/** The subgraph did not answer in time, or answered too much. */
class SubgraphTooSlow extends Error {
  override name = "SubgraphTooSlow";
}
class AnswerTooLarge extends Error {
  override name = "AnswerTooLarge";
}

type Outcome = { resolve(answer: PostAnswer): void; reject(error: unknown): void };

/** Gathers one answer. */
class AnswerHandler implements Dispatcher.DispatchHandler {
  readonly #outcome: Outcome;
  readonly #maxBytes: number;
  readonly #chunks: Buffer[] = [];
  #size = 0;
  #status = 0;
  #contentType = "";
  #controller: Dispatcher.DispatchController | undefined;
  #abortedBy: Error | undefined;

  constructor(outcome: Outcome, maxBytes: number) {
    this.#outcome = outcome;
    this.#maxBytes = maxBytes;
  }

  /** Gives the request up, whether or not it has begun. */
  abort(reason: Error): void {
    this.#abortedBy = reason;
    this.#controller?.abort(reason);
    this.#outcome.reject(reason);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#abortedBy) controller.abort(this.#abortedBy);
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    this.#status = status;
    this.#contentType = String(headers["content-type"] ?? "");
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#size += chunk.length;
    if (this.#size > this.#maxBytes) this.abort(new AnswerTooLarge(`more than ${this.#maxBytes} bytes`));
    else this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    const bytes = this.#chunks.length === 1 ? (this.#chunks[0] as Buffer) : Buffer.concat(this.#chunks, this.#size);
    this.#outcome.resolve({ status: this.#status, contentType: this.#contentType, body: bytes.toString("utf8") });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#outcome.reject(error);
  }
}

/** The answer of `post(url, headers, body)` rejects on outage, deadline, size or when it is aborted. */
export function createPost(options: PostOptions) {
  const pools = new Map<string, Pool>();
  const poolFor = (origin: string): Pool => {
    let pool = pools.get(origin);
    if (!pool) {
      pool = new Pool(origin, {
        connections: options.connections ?? 128,
        connectTimeout: options.timeoutMs,
        // The deadline below is for all of it.
        headersTimeout: 0,
        bodyTimeout: 0,
      });
      pools.set(origin, pool);
    }
    return pool;
  };
  const targets = new Map<string, { pool: Pool; path: string }>();
  const targetOf = (address: string) => {
    let target = targets.get(address);
    if (!target) {
      const url = new URL(address);
      targets.set(address, (target = { pool: poolFor(url.origin), path: `${url.pathname}${url.search}` }));
    }
    return target;
  };

  const post = (url: string, headers: Record<string, string>, body: string): Call<PostAnswer> => {
    const { pool, path } = targetOf(url);
    const { promise: answer, resolve, reject } = Promise.withResolvers<PostAnswer>();
    const tooSlow = () => abort(new SubgraphTooSlow(`no answer in ${options.timeoutMs} ms`));
    const timer = setTimeout(tooSlow, options.timeoutMs);
    const done =
      <T>(settle: (value: T) => void) =>
      (value: T) => {
        clearTimeout(timer);
        settle(value);
      };
    const handler = new AnswerHandler({ resolve: done(resolve), reject: done(reject) }, options.maxAnswerBytes);
    const abort = (reason: unknown) => handler.abort(reason instanceof Error ? reason : new Error("aborted"));
    pool.dispatch({ path, method: "POST", headers, body }, handler);
    return { answer, abort };
  };
  const close = async () => {
    await Promise.all([...pools.values()].map((pool) => pool.destroy()));
  };
  return { post, close };
}
