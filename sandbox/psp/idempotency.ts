/** Idempotency keys. Source: https://docs.stripe.com/api/idempotent_requests */
import { createHash } from "node:crypto";
import { ApiError, invalid } from "./errors.ts";
import { unixNow, type StoredAnswer } from "./records.ts";
import type { Store } from "./store.ts";

type Request = { key: string; path: string; form: string };

export type Keys = {
  /**
   * Claims the key, or returns the answer that it already has. Throws 400 when it was used with another endpoint
   * or other parameters, 409 while its first request still runs. A claim must be given back by `release`.
   */
  claim(request: Request): StoredAnswer | undefined;
  release(key: string): void;
};

/** Keys over `store`; which ones are running is kept in memory, for a crash ends what ran. */
export function openKeys(store: Store): Keys {
  const running = new Set<string>();
  return {
    claim: (request) => {
      if (request.key.length > 255) {
        throw invalid("parameter_invalid", "An idempotency key has at most 255 characters.", "idempotency_key");
      }
      if (running.has(request.key)) throw inUse(request.key);
      const stored = store.get("answer", request.key);
      if (!stored) return void running.add(request.key);
      if (stored.path !== request.path || stored.fingerprint !== fingerprint(request.form))
        throw reused(stored, request);
      return stored;
    },
    release: (key) => void running.delete(key),
  };
}

/** The answer to store beside the effects that it reports. */
export const storedAnswer = (request: Request, status: number, body: string): StoredAnswer => ({
  id: request.key,
  path: request.path,
  fingerprint: fingerprint(request.form),
  status,
  body,
  created: unixNow(),
});

function fingerprint(form: string): string {
  const parameters = new URLSearchParams(form);
  parameters.sort();
  return createHash("sha256").update(parameters.toString()).digest("hex");
}

const inUse = (key: string) =>
  new ApiError(409, {
    type: "idempotency_error",
    code: "idempotency_key_in_use",
    message: `There is another request in progress with the idempotency key '${key}'.`,
  });

function reused(stored: StoredAnswer, request: Request): ApiError {
  const what =
    stored.path === request.path
      ? "with the same parameters"
      : `for the same endpoint ('${stored.path}', not '${request.path}')`;
  return new ApiError(400, {
    type: "idempotency_error",
    message: `Keys for idempotent requests can only be used ${what} they were first used with. Use another key than '${request.key}' for a different request.`,
  });
}
