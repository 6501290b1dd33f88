/** `npm run bench:orders`: orders per second from quote to COMPLETED on the embedded default, beside a bare loop over the same rows. */
import { join } from "node:path";
import { readCommandLine } from "../../../kit/server/command.ts";
import { openAcknowledgements } from "../../load/acknowledgements.ts";
import { newCity } from "../../load/city.ts";
import { startLoad } from "../../load/load.ts";
import { runBench } from "../run-bench.ts";
import { bareLoop } from "./bare-loop.ts";
import { costBetween, costOf, databaseNames, type Cost } from "./database-cost.ts";
import { startEmbedded } from "./embedded.ts";

const { values } = readCommandLine({
  name: "npm run bench:orders",
  does: "Orders per second end to end, beside a bare loop over the same rows: docs/benchmarks/orders.md",
  options: {
    json: { kind: "flag", help: "only the result, as JSON, goes to standard output" },
    orders: { kind: "whole", least: 1, default: 300, help: "how many orders are placed" },
    customers: { kind: "whole", least: 1, default: 40, help: "how many customers order side by side" },
  },
});
const { orders } = values;
const tell = (line: string) => (values.json ? console.error(line) : console.log(line));

const readCosts = async (adminUrl: string) =>
  new Map(await Promise.all(databaseNames.map(async (name) => [name, await costOf(adminUrl, name)] as const)));

const round = (value: number, digits = 2) => Number(value.toFixed(digits));

/** The time below which 99 of 100 lie. */
const p99 = (times: readonly number[]) =>
  times.toSorted((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * 0.99))] ?? 0;

async function measure(folder: string) {
  tell("starting the embedded system with the demo world; an order completes 1 s after delivery");
  const system = await startEmbedded(join(folder, "data"));
  try {
    const file = openAcknowledgements(join(folder, "acknowledgements.jsonl"));
    const city = newCity({ graphqlUrl: system.graphqlUrl, seed: 1, size: "demo", wanted: orders, file });
    const before = await readCosts(system.adminUrl);
    const crowd = { customers: values.customers, couriers: 36, payoutsPerOrder: 0, complaints: false };
    const load = await startLoad(city, crowd);
    const began = performance.now();
    await load.ordered;
    const seconds = (performance.now() - began) / 1_000;
    await load.goHome();
    // Statistics are flushed within a second.
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    const after = await readCosts(system.adminUrl);
    const costs = new Map(
      databaseNames.map((name): [string, Cost] => [name, costBetween(before.get(name)!, after.get(name)!)]),
    );
    tell("writing the same rows in a bare loop");
    const bareOrdersPerSecond = await bareLoop(system.adminUrl, costs, orders);
    const activeMs = [...costs.values()].reduce((sum, cost) => sum + cost.activeMs, 0);
    const rows = [...costs.values()].flatMap((cost) => [...cost.inserted.values(), ...cost.updated.values()]);
    return {
      orders,
      completed: city.ended.get("COMPLETED") ?? 0,
      seconds: round(seconds, 1),
      ordersPerSecond: round(orders / seconds),
      placeOrderP99Ms: Math.round(p99(city.placeMs)),
      databaseMsPerOrder: round(activeMs / orders),
      rowsWrittenPerOrder: round(rows.reduce((sum, count) => sum + count, 0) / orders, 1),
      bareOrdersPerSecond: round(bareOrdersPerSecond),
      ratioToBareLoop: round(orders / seconds / bareOrdersPerSecond, 4),
    };
  } finally {
    await system.stop();
  }
}

await runBench("orders", async (folder) => {
  const result = await measure(folder);
  for (const [name, value] of Object.entries(result)) tell(`${name.padEnd(22)} ${value}`);
  return result;
});
