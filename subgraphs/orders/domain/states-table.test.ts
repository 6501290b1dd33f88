import { join } from "node:path";
import { expect, test } from "vitest";
import { orderTransitions, type OrderTransition } from "./order-states.ts";

const condition = ({ fulfilment, scheduled, captured }: OrderTransition): string =>
  [
    fulfilment?.toLowerCase(),
    scheduled === undefined ? null : scheduled ? "for later" : "for now",
    captured ? "payment captured" : null,
  ]
    .filter(Boolean)
    .join(", ");

function statesTable(): string {
  const cells = [
    ["From", "To", "Cause", "By", "Only if"],
    ...orderTransitions.map((row) => [row.from, row.to, row.cause, row.by, condition(row)]),
  ];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const print = (row: string[], fill = " ") =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0, fill)).join(" | ")} |`;
  const [head = [], ...rows] = cells;
  return [
    print(head),
    print(
      head.map(() => ""),
      "-",
    ),
    ...rows.map((row) => print(row)),
    "",
  ].join("\n");
}

test("states.md prints the table; `npx vitest -u` writes it anew", async () => {
  const page = `# States of an order\n\nEvery move that happens; \`domain/order-states.ts\` is the source.\n\n${statesTable()}`;
  await expect(page).toMatchFileSnapshot(join(import.meta.dirname, "../states.md"));
});
