/** Which port each service listens on. */
import { randomInt } from "node:crypto";
import { createServer, type AddressInfo } from "node:net";
import { isBlockedPort } from "./blocked-ports.ts";
import { subgraphNames, subgraphs, type SubgraphName } from "../../schema/subgraphs.ts";

/** `free` takes any free ports; otherwise the router's port, with the subgraphs and the sandbox PSP on their usual ones. */
export type PortChoice = "free" | { router: number };

export type Ports = Record<SubgraphName | "router" | "psp", number>;

const pspPort = 4010;

/** Opens `port` (0: any free one) for a moment. Throws one clear line when it is taken, or when no browser would open it. */
async function reserve(port: number, purpose: string): Promise<{ port: number; release(): Promise<void> }> {
  if (isBlockedPort(port))
    throw new Error(`port ${port} (${purpose}) is one that browsers refuse to open: set PORT to another base port`);
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => {
      const taken = error.code === "EADDRINUSE";
      reject(
        taken
          ? new Error(
              `port ${port} (${purpose}) is in use: stop what uses it, or set PORT to another base port, 0 for any free ones`,
            )
          : error,
      );
    });
    server.listen(port, "127.0.0.1", () => {
      const release = () => new Promise<void>((done) => server.close(() => done()));
      resolve({ port: (server.address() as AddressInfo).port, release });
    });
  });
}

type Reserved = Awaited<ReturnType<typeof reserve>>;

/** From here up to where Linux takes ports for outgoing connections, which could take a port before its service does. */
const [lowestFree, lowestOutgoing] = [20_000, 32_768];

/** Any free port. */
async function reserveAny(purpose: string): Promise<Reserved> {
  for (let tries = 0; tries < 20; tries++) {
    const reserved = await reserve(randomInt(lowestFree, lowestOutgoing), purpose).catch(() => null);
    if (reserved) return reserved;
  }
  return reserve(0, purpose);
}

/** The ports to use, all of them free at the time of asking. */
export async function choosePorts(choice: PortChoice): Promise<Ports> {
  const free = choice === "free" || choice.router === 0;
  const names = ["router", "psp", ...subgraphNames] as const;
  const wanted = (name: (typeof names)[number]): number => {
    // Another router port moves the whole row, so that two systems can stand side by side.
    const router = choice === "free" ? 0 : choice.router;
    const shift = router - 4000;
    if (name === "router") return router;
    return (name === "psp" ? pspPort : subgraphs[name].port) + shift;
  };
  const reserved: Reserved[] = [];
  try {
    for (const name of names) reserved.push(await (free ? reserveAny(name) : reserve(wanted(name), name)));
    return Object.fromEntries(names.map((name, index) => [name, reserved[index]?.port])) as Ports;
  } finally {
    await Promise.all(reserved.map((entry) => entry.release()));
  }
}
