/** What the router knows of one request. */
import type { Identity } from "../identity/access-token.ts";
import type { Log } from "../../kit/log.ts";

export type RouterContext = {
  identity: Identity;
  /** An access token came that does not hold; the caller counts as anonymous. */
  deadToken: boolean;
  traceId: string;
  log: Log;
  clientAddress: string;
  /** Origin of a browser; absent for other clients. */
  origin?: string;
  /** The browser's refresh cookie, only where the operation is `refresh` or `signOut`. */
  refreshToken?: string;
};
