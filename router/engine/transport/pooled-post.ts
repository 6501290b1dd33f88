/** POSTs to subgraphs over kept connections, each within a deadline and a size limit. */
import type { Dispatcher } from "undici";
import { isEnding, isSilentSince, openConnections, type Line, type Sender } from "./connections.ts";
import { codingsOf, decoded } from "./content-coding.ts";
import type { Call } from "./in-flight.ts";

export type PostOptions = {
  /** Longest wait from the request to the last byte, milliseconds; time spent waiting for a connection counts. */
  timeoutMs: number;
  /** Largest answer, bytes; what is compressed counts by what it becomes as well. */
  maxAnswerBytes: number;
  /** Connections to one origin, default 128. */
  connections?: number;
};

export type PostAnswer = { status: number; contentType: string; body: string };

type Connections = ReturnType<typeof openConnections>;

/** The request never left: no connection was had for it. `cause` says why. */
export class NeverSent extends Error {
  override name = "NeverSent";
}

/** The subgraph did not answer in time, or answered too much. */
class SubgraphTooSlow extends Error {
  override name = "SubgraphTooSlow";
}
class AnswerTooLarge extends Error {
  override name = "AnswerTooLarge";
}

type Outcome = { resolve(answer: PostAnswer): void; reject(error: unknown): void };

/** Gathers one answer. */
class AnswerHandler implements Sender {
  readonly #outcome: Outcome;
  readonly #maxBytes: number;
  readonly #chunks: Buffer[] = [];
  #size = 0;
  #status = 0;
  #contentType = "";
  #coding = "";
  #controller: Dispatcher.DispatchController | undefined;
  #abortedBy: Error | undefined;
  #line: Line | undefined;
  /** What its connection had brought when the request was written: 0 for a new one. */
  #bytesBefore = 0;
  /** Sends the request once more; undefined where that must not be, and after it. */
  #repeat: (() => void) | undefined;

  constructor(outcome: Outcome, maxBytes: number, repeat?: (sender: Sender) => void) {
    this.#outcome = outcome;
    this.#maxBytes = maxBytes;
    this.#repeat = repeat && (() => repeat(this));
  }

  /** Gives the request up, whether or not it has begun. */
  abort(reason: Error): void {
    this.#abortedBy = reason;
    this.#controller?.abort(reason);
    this.#fail(reason);
  }

  /** Nothing is written before a controller is there. */
  #fail(reason: Error): void {
    this.#outcome.reject(this.#controller ? reason : new NeverSent(reason.message, { cause: reason }));
  }

  onLine(line: Line): void {
    this.#line = line;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    this.#bytesBefore = this.#line?.socket?.bytesRead ?? 0;
    if (this.#abortedBy) controller.abort(this.#abortedBy);
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    if (!this.#isUnread(status)) this.#repeat = undefined;
    this.#status = status;
    this.#contentType = String(headers["content-type"] ?? "");
    this.#coding = String(headers["content-encoding"] ?? "");
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#size += chunk.length;
    if (this.#size > this.#maxBytes) this.abort(new AnswerTooLarge(`more than ${this.#maxBytes} bytes`));
    else this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    const repeat = this.#repeat;
    if (repeat) {
      this.#repeat = undefined;
      this.#chunks.length = this.#size = 0;
      repeat();
      return;
    }
    const bytes = this.#chunks.length === 1 ? (this.#chunks[0] as Buffer) : Buffer.concat(this.#chunks, this.#size);
    const codings = this.#coding === "" ? [] : codingsOf(this.#coding);
    if (codings.length === 0) this.#settle(bytes);
    else decoded(bytes, codings, this.#maxBytes).then((whole) => this.#settle(whole), this.#outcome.reject);
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    const repeat = this.#isUnanswered(error) ? this.#repeat : undefined;
    this.#repeat = undefined;
    if (repeat) repeat();
    else this.#fail(error);
  }

  #settle(bytes: Buffer): void {
    this.#outcome.resolve({ status: this.#status, contentType: this.#contentType, body: bytes.toString("utf8") });
  }

  /**
   * Whether an answer says that the other side had been waiting for a request and read none, which some say before they close
   * an idle connection (RFC 9110, 15.5.9). Said at the same time as the request was written, it looks like the request's answer.
   */
  #isUnread(status: number): boolean {
    return status === 408 && this.#bytesBefore > 0 && !this.#abortedBy;
  }

  /**
   * Whether a connection that was kept from an earlier request ended before any byte of this one's answer: the other side had
   * most likely given it up before it saw the request. A connection that was new for the request tells nothing of the kind.
   */
  #isUnanswered(error: Error): boolean {
    const isKept = this.#bytesBefore > 0;
    return isKept && !this.#abortedBy && isEnding(error) && isSilentSince(this.#line, this.#bytesBefore);
  }
}

/**
 * The answer of `post(url, headers, body, mayRepeat)` rejects on outage, deadline, size or when it is aborted; with NeverSent
 * before anything of it was sent. With `mayRepeat` a request whose kept connection ended before the answer's first byte is sent
 * once more, over a new connection.
 */
export function createPost(options: PostOptions) {
  const { timeoutMs, maxAnswerBytes, connections = 128 } = options;
  const origins = new Map<string, Connections>();
  const connectionsTo = (origin: string): Connections => {
    let known = origins.get(origin);
    if (!known) origins.set(origin, (known = openConnections(origin, { connections, connectTimeoutMs: timeoutMs })));
    return known;
  };
  const targets = new Map<string, { connections: Connections; path: string }>();
  const targetOf = (address: string) => {
    let target = targets.get(address);
    if (!target) {
      const url = new URL(address);
      target = { connections: connectionsTo(url.origin), path: `${url.pathname}${url.search}` };
      targets.set(address, target);
    }
    return target;
  };

  const post = (url: string, headers: Record<string, string>, body: string, mayRepeat: boolean): Call<PostAnswer> => {
    const { connections: to, path } = targetOf(url);
    const { promise: answer, resolve, reject } = Promise.withResolvers<PostAnswer>();
    const tooSlow = () => abort(new SubgraphTooSlow(`no answer in ${timeoutMs} ms`));
    const timer = setTimeout(tooSlow, timeoutMs);
    const done =
      <T>(settle: (value: T) => void) =>
      (value: T) => {
        clearTimeout(timer);
        settle(value);
      };
    const request = { path, method: "POST" as const, headers, body };
    const handler = new AnswerHandler(
      { resolve: done(resolve), reject: done(reject) },
      maxAnswerBytes,
      mayRepeat ? (sender) => to.sendAnew(request, sender) : undefined,
    );
    const abort = (reason: unknown) => handler.abort(reason instanceof Error ? reason : new Error("aborted"));
    to.send(request, handler);
    return { answer, abort };
  };
  const close = async () => {
    await Promise.all([...origins.values()].map((one) => one.close()));
  };
  return { post, close };
}
