/** Kept connections to one origin, and what their sockets tell of a request whose connection ended. */
import type { Socket } from "node:net";
import { Client, Pool, buildConnector, type Dispatcher } from "undici";

type LineSocket = Pick<Socket, "bytesRead"> & { readonly alpnProtocol?: string | false | null };

/** A connection's socket, which a request looks at when it is written and when it fails. */
export type Line = {
  /** Undefined before the first connect. */
  readonly socket: LineSocket | undefined;
};

/** Who sends a request; learns on which line. */
export type Sender = Dispatcher.DispatchHandler & { onLine(line: Line): void };

/** A client that knows its socket. */
class LineClient extends Client implements Line {
  socket: Socket | undefined;

  constructor(origin: URL, { connect, ...options }: Client.Options) {
    super(origin, {
      ...options,
      connect: (target, callback) =>
        (connect as buildConnector.connector)(target, (...result: Parameters<buildConnector.Callback>) => {
          this.socket = result[1] ?? undefined;
          callback(...result);
        }),
    });
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Sender): boolean {
    handler.onLine(this);
    return super.dispatch(options, handler);
  }
}

export type ConnectionOptions = { connections: number; connectTimeoutMs: number };

/** Connections to `origin`, kept after each request; deadlines are the sender's. */
export function openConnections(origin: string, { connections, connectTimeoutMs }: ConnectionOptions) {
  const connect = buildConnector({ timeout: connectTimeoutMs });
  const common = { connect, headersTimeout: 0, bodyTimeout: 0 };
  const factory = (target: URL, options: object) => new LineClient(target, options as Client.Options);
  const pool = new Pool(origin, { ...common, connections, factory });
  return {
    send: (options: Dispatcher.DispatchOptions, sender: Sender) => pool.dispatch(options, sender),
    /** Sends over a connection that nobody used before and nobody will use again. */
    sendAnew(options: Dispatcher.DispatchOptions, sender: Sender): void {
      const client = new LineClient(new URL(origin), common);
      client.dispatch(options, sender);
      void client.close().catch(() => {});
    },
    close: () => pool.destroy(),
  };
}

/** What ends a connection from the other side, whether politely or not. */
const endings: ReadonlySet<unknown> = new Set(["ECONNRESET", "EPIPE", "ECONNABORTED", "UND_ERR_SOCKET"]);

/** Whether an error says that the connection ended. */
export const isEnding = (error: Error): boolean => endings.has((error as NodeJS.ErrnoException).code);

/**
 * Whether no byte came over a line since it had brought `bytesBefore`. Over HTTP/2, where other answers come over the same line,
 * nothing is known of it: there an answer begins with its headers as a whole.
 */
export const isSilentSince = (line: Line | undefined, bytesBefore: number): boolean =>
  line?.socket?.alpnProtocol === "h2" || line?.socket?.bytesRead === bytesBefore;
