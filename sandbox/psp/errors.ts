/** Stripe's error shape. Source: https://docs.stripe.com/api/errors */

export type ErrorType = "api_error" | "card_error" | "idempotency_error" | "invalid_request_error";

export type ErrorFields = {
  type: ErrorType;
  message: string;
  code?: string;
  param?: string;
  decline_code?: string;
  charge?: string;
  payment_intent?: unknown;
  setup_intent?: unknown;
  payment_method?: unknown;
};

/**
 * A refusal in Stripe's shape. `executed` says that the request was valid and ran: its effects are kept
 * and its answer is replayed for the same idempotency key. Otherwise nothing is kept.
 */
export class ApiError extends Error {
  readonly status: number;
  readonly fields: ErrorFields;
  readonly executed: boolean;

  constructor(status: number, fields: ErrorFields, executed = false) {
    super(fields.message);
    this.status = status;
    this.fields = fields;
    this.executed = executed;
  }

  get body(): { error: ErrorFields } {
    return { error: this.fields };
  }
}

/** A parameter that cannot be used: 400, not stored under the idempotency key. */
export const invalid = (code: string, message: string, param?: string): ApiError =>
  new ApiError(400, { type: "invalid_request_error", code, message, ...(param ? { param } : {}) });

/** The object's state forbids what was asked: 400, stored under the idempotency key. */
export const refused = (code: string, message: string, rest: Partial<ErrorFields> = {}): ApiError =>
  new ApiError(400, { type: "invalid_request_error", code, message, ...rest }, true);

/** An unknown object: 404. */
export const missing = (kind: string, id: string, param = "id"): ApiError =>
  new ApiError(404, {
    type: "invalid_request_error",
    code: "resource_missing",
    message: `No such ${kind.replaceAll("_", "")}: '${id}'`,
    param,
  });
