/** What differs between our payments and the provider's. */
export type FindingKind =
  | "UNKNOWN_CHARGE"
  | "UNKNOWN_REFUND"
  | "AMOUNT_MISMATCH"
  | "STATE_MISMATCH"
  | "MISSING_AT_PROVIDER";
