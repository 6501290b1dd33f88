/** What this version's clients have registered, and which of it was run. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

type Registry = { operations: Record<string, { name: string; document: string; clients: Record<string, string[]> }> };

const root = join(import.meta.dirname, "../../..");
const readJson = (file: string): unknown => JSON.parse(readFileSync(join(root, file), "utf8"));

/** The operations of this version by `client/Name`, and an account of those that answered as they should. */
export class Registered {
  readonly #documents = new Map<string, string>();
  readonly #done = new Set<string>();

  constructor() {
    const { version } = readJson("package.json") as { version: string };
    const { operations } = readJson("schema/operations.json") as Registry;
    for (const { name, document, clients } of Object.values(operations))
      for (const [client, versions] of Object.entries(clients))
        if (versions.includes(version)) this.#documents.set(`${client}/${name}`, document);
  }

  /** The registered text; throws when `client` has no operation of that name. */
  document(client: string, name: string): string {
    const text = this.#documents.get(`${client}/${name}`);
    if (text === undefined) throw new Error(`${client} has registered no operation ${name}`);
    return text;
  }

  /** Notes that the operation answered as it should. */
  done(client: string, name: string): void {
    this.#done.add(`${client}/${name}`);
  }

  /** `client/Name` of every operation, sorted. */
  get all(): string[] {
    return [...this.#documents.keys()].sort();
  }

  /** `client/Name` of those that were run, sorted. */
  get run(): string[] {
    return [...this.#done].sort();
  }
}
