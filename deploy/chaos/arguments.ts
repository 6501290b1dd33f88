/** What `npm run chaos` is told. */
import { parseArgs } from "node:util";

/** A run: `seed` decides orders and faults; `keep` leaves the data for a look. */
export type Arguments = { orders: number; faults: number; seed: number; json: boolean; keep: boolean };

function whole(name: string, text: string, least: number): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < least)
    throw new Error(`--${name} is a whole number of at least ${least}`);
  return value;
}

/** Reads the command line; throws one line on what cannot be used. A seed that is not given is drawn. */
export function readArguments(list: string[]): Arguments {
  const { values } = parseArgs({
    args: list,
    options: {
      orders: { type: "string", default: "300" },
      faults: { type: "string", default: "15" },
      seed: { type: "string" },
      json: { type: "boolean", default: false },
      keep: { type: "boolean", default: false },
    },
  });
  return {
    orders: whole("orders", values.orders, 1),
    faults: whole("faults", values.faults, 0),
    seed: values.seed === undefined ? Math.floor(Math.random() * 1_000_000) : whole("seed", values.seed, 0),
    json: values.json,
    keep: values.keep,
  };
}
