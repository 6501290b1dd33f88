/** The routers that are compared: how each is started over a supergraph file on a port. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { saturating, type Scenario } from "./scenarios.ts";
import type { SignedIn } from "./signed-in.ts";

const root = join(import.meta.dirname, "../..");
const peers = join(import.meta.dirname, "peers");

export type Contender = {
  name: string;
  command: (supergraph: string, port: number) => [string, ...string[]];
  env?: Record<string, string>;
  /** Whether its process was given something that answers messages of this one. */
  answersMessages?: boolean;
  /** Whether it takes part in a scenario; without, in all. */
  takesPart?: (scenario: Scenario) => boolean;
};

const node = process.execPath;

/** `node` and its arguments of `npm run router`. */
const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { scripts: { router: string } };
const [, ...routerScript] = scripts.router.replace(/^exec /, "").split(" ");
const alone = (file: string, port: number): [string, ...string[]] => [
  node,
  ...routerScript,
  "--supergraph",
  file,
  "--port",
  String(port),
];
// Production mode refuses to pass on identities that nobody verified.
const development = { NODE_ENV: "development" };
const withoutLane = { FAST_LANE: "false" };

/** Our router alone, passing identities on. */
export const antar: Contender = {
  name: "antar",
  command: (file, port) => [...alone(file, port), "--no-identity"],
  env: development,
  takesPart: ({ callers }) => callers !== "signed in",
};

/** Ours again with every request through Apollo Server, and both where identities are verified and signed. */
const oursOtherwise = ({ env }: SignedIn): Contender[] => [
  {
    ...antar,
    name: "antar-plain",
    env: { ...development, ...withoutLane },
    takesPart: ({ name }) => name === saturating,
  },
  {
    name: "antar",
    command: alone,
    env: { ...development, ...env },
    takesPart: ({ callers }) => callers === "signed in",
  },
  {
    name: "antar-plain",
    command: alone,
    env: { ...development, ...env, ...withoutLane },
    takesPart: ({ callers }) => callers === "signed in",
  },
];

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
export function contenders(extra: readonly string[], signedIn: SignedIn): Contender[] {
  if (!existsSync(join(peers, "node_modules")))
    throw new Error("the peers are not installed: run `npm ci --prefix router/bench/peers --ignore-scripts` first");
  return [antar, ...oursOtherwise(signedIn), ...others, ...extra.map(parsePeer)];
}
