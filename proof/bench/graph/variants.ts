/** What is compared: the services of a checkout, started with settings of their own. */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Settings } from "../../../deploy/embedded/settings.ts";

/** `root` is the checkout whose router and subgraphs run; `settings` are added to every subgraph's. */
export type Variant = { name: string; root: string; settings: Settings };

const here = join(import.meta.dirname, "../../..");

/**
 * Reads `NAME[@FOLDER][,KEY=VALUE…]`: the services of the checkout in FOLDER (default: this one), its subgraphs with these settings.
 * Throws one line on another form and on a folder without services.
 */
export function parseVariant(option: string): Variant {
  const [head = "", ...pairs] = option.split(",");
  const [, name, folder] = /^([\w-]+)(?:@(.+))?$/.exec(head) ?? [];
  const settings = pairs.map((pair) => /^(\w+)=(.*)$/.exec(pair)).map((match) => match?.slice(1));
  if (!name || settings.some((pair) => pair === undefined))
    throw new Error(`--variant wants NAME[@FOLDER][,KEY=VALUE…], not ${option}`);
  const root = folder ? resolve(folder) : here;
  if (!existsSync(join(root, "router/main.ts"))) throw new Error(`${root} holds no router/main.ts`);
  return { name, root, settings: Object.fromEntries(settings as [string, string][]) };
}

/** What is compared unless told otherwise: the product as it is, and the same without prepared statements. */
export const usualVariants = ["product", "unprepared,DATABASE_PREPARE=false"];
