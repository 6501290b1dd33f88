import { expect, test } from "vitest";
import { maxLines as priced } from "../../subgraphs/menu/domain/pricing.ts";
import { maxLines as ordered } from "../../subgraphs/orders/domain/pricing.ts";

test("what orders lets people order, the menu prices and holds: 50 lines", () => {
  expect({ priced, ordered }).toEqual({ priced: 50, ordered: 50 });
});
