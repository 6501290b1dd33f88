import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test, vi } from "vitest";
import { contractSupergraph, variants } from "../variants.ts";
import { guideCoordinates } from "./guide.ts";
import { docsModel, type DocsModel } from "./model.ts";
import { docsSite, type DocsFile } from "./site.ts";

// Building a supergraph takes its time.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const supergraph = readFileSync(join(import.meta.dirname, "../supergraph.graphql"), "utf8");
let model: DocsModel;
let site: ReadonlyMap<string, DocsFile>;
beforeAll(() => {
  model = docsModel(supergraph);
  site = docsSite(model);
});
const member = (type: string, name: string) => model.types.get(type)?.members.find((one) => one.name === name);

test("each field tells who may ask, what it costs and which subgraph serves it", () => {
  expect(member("Query", "searchOrders")).toMatchObject({ subgraphs: ["orders"] });
  expect(member("Query", "searchOrders")?.rules).toContain("policy: role:support, or role:admin");
  expect(member("Order", "delivery")?.subgraphs).toEqual(["delivery"]);
  expect(member("MenuItem", "modifierGroups")?.rules).toEqual(["list size: at most 5 assumed"]);
  expect(model.types.get("Money")?.usedBy).toContain("MenuItem.price");
});

test("what is inaccessible, or out of the contract, has no page and no mention", () => {
  expect(site.has("PricedItems.html")).toBe(false);
  const open = docsSite(docsModel(contractSupergraph(supergraph, variants.public)));
  const all = [...open.values()].map(({ body }) => body).join("\n");
  expect(all).not.toMatch(/ledgerBalance|auditLog|priceItems/);
  expect(all).toMatch(/placeOrder/);
});

test("the first page opens with the guide, all of whose steps are fields of the whole graph", () => {
  const index = site.get("index.html")?.body ?? "";
  expect(index.indexOf("By role and story")).toBeLessThan(index.indexOf("Reference of the graph"));
  for (const role of ["Customer", "Restaurant", "Courier", "Support and administration"])
    expect(index).toContain(`<h3>${role}</h3>`);
  const unknown = guideCoordinates.filter((coordinate) => {
    const [type = "", name = ""] = coordinate.split(".");
    return member(type, name) === undefined;
  });
  expect(unknown).toEqual([]);
});

test("the same graph gives the same bytes", () => {
  expect([...docsSite(docsModel(supergraph))]).toEqual([...site]);
});

test("every link leads somewhere within the site, and nothing comes from elsewhere", () => {
  const broken = new Set<string>();
  for (const { body, mediaType } of site.values()) {
    if (!mediaType.startsWith("text/html")) continue;
    expect(body).not.toMatch(/(?:href|src)="(?:https?:)?\/\//);
    for (const [, file = "", fragment = ""] of body.matchAll(/href="([^"#:]*)(?:#([^"]*))?"/g)) {
      const target = file === "" ? body : site.get(file)?.body;
      if (target === undefined || (fragment !== "" && !target.includes(`id="${fragment}"`)))
        broken.add(`${file}#${fragment}`);
    }
  }
  expect([...broken]).toEqual([]);
});

test("descriptions are text, never markup", () => {
  const sdl = supergraph.replace('"""How it reaches the customer."""', '"""<script>alert(1)</script> & "more"."""');
  expect(sdl).not.toBe(supergraph);
  const page = docsSite(docsModel(sdl)).get("Order.html")?.body ?? "";
  expect(page).toContain("&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;more&quot;.");
  expect(page).not.toContain("<script>alert");
});
