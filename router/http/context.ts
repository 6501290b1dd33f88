/** What the router knows of one request. */
import type { Identity, TokenFault } from "../identity/access-token.ts";
import type { Log } from "../../kit/server/log.ts";

export type RouterContext = {
  identity: Identity;
  /** An access token came that does not hold, and why; the caller counts as anonymous. */
  deadToken?: TokenFault;
  traceId: string;
  log: Log;
  clientAddress: string;
  /** Aborts when the client goes away before it has its answer. */
  signal: AbortSignal;
  /** Web origin to come back to from the card's issuer; absent where none is known to be ours. */
  returnOrigin?: string;
  /** Origin of a browser; absent for other clients. */
  origin?: string;
  /** The browser's refresh cookie, only where the operation is `refresh` or `signOut`. */
  refreshToken?: string;
};
