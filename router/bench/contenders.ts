/** The routers that are compared: how each is started over a supergraph file on a port. */
import { existsSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "../..");
const peers = join(import.meta.dirname, "peers");

export type Contender = {
  name: string;
  command: (supergraph: string, port: number) => [string, ...string[]];
  env?: Record<string, string>;
  /** Whether its process was given something that answers messages of this one. */
  answersMessages?: boolean;
};

const node = process.execPath;

/** Our router alone, as `npm run router` starts it. */
export const antar: Contender = {
  name: "antar",
  command: (file, port) => [
    node,
    join(root, "router/standalone.ts"),
    "--supergraph",
    file,
    "--port",
    String(port),
    "--no-identity",
  ],
  // Production mode refuses to pass on identities that nobody verified.
  env: { NODE_ENV: "development" },
};

const others: Contender[] = [
  { name: "apollo-gateway", command: (file, port) => [node, join(peers, "apollo-gateway.js"), file, String(port)] },
  { name: "hive-gateway", command: (file, port) => [node, join(peers, "hive-gateway.js"), file, String(port)] },
  {
    name: "hive-gateway-rust",
    command: (file, port) => [node, join(peers, "hive-gateway.js"), file, String(port), "--router-runtime"],
  },
];

/** `name=command` of the `--peer` option; {supergraph} and {port} stand for what it is started with. Throws on another form. */
export function parsePeer(option: string): Contender {
  const [, name, command] = /^([\w-]+)=(.+)$/.exec(option) ?? [];
  if (!name || !command?.includes("{supergraph}") || !command.includes("{port}"))
    throw new Error(`--peer wants name=command with {supergraph} and {port} in the command, not ${option}`);
  const fill = (file: string, port: number) =>
    command.split(/\s+/).map((word) => word.replaceAll("{supergraph}", file).replaceAll("{port}", String(port)));
  return { name, command: (file, port) => fill(file, port) as [string, ...string[]] };
}

/** Ours, then the peers that were asked for. Throws when the peers' folder has not been installed. */
export function contenders(extra: readonly string[]): Contender[] {
  if (!existsSync(join(peers, "node_modules")))
    throw new Error("the peers are not installed: run `npm ci --prefix router/bench/peers --ignore-scripts` first");
  return [antar, ...others, ...extra.map(parsePeer)];
}
