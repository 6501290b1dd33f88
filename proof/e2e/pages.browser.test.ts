/** `/ide` and `/docs` in Chromium, which can reach nothing but the router. */
import { chromium as browserType, type Browser, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildIde } from "../../router/ide/build.ts";
import { chromium } from "./env.ts";
import { dataFolder, startTestSystem, type TestSystem } from "./system.ts";

let folder: Awaited<ReturnType<typeof dataFolder>>;
let system: TestSystem;
let browser: Browser;
let origin: string;

beforeAll(async () => {
  folder = await dataFolder();
  await buildIde();
  system = await startTestSystem(folder.path);
  origin = new URL(system.url).origin;
  browser = await browserType.launch({
    executablePath: chromium,
    args: [
      "--no-sandbox",
      "--disable-background-networking",
      "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    ],
  });
});
afterAll(async () => {
  await browser?.close();
  await system?.stop();
  await folder?.remove();
});

type Visit = { page: Page; external: string[]; problems: string[] };

/** A new page that notes whatever it asks of others than the router, and every error of its scripts. */
async function visit(path: string): Promise<Visit> {
  const context = await browser.newContext();
  context.setDefaultTimeout(120_000);
  const page = await context.newPage();
  const external: string[] = [];
  const problems: string[] = [];
  await context.route(
    (url) => url.origin !== origin && !["data:", "blob:"].includes(url.protocol),
    (route) => {
      external.push(route.request().url());
      return route.abort();
    },
  );
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") problems.push(message.text());
  });
  await page.goto(origin + path);
  return { page, external, problems };
}

const response = (page: Page) => page.locator(".result-window");

test("the IDE answers a federated query as somebody signed in, and asks nobody else", async () => {
  const { page, external, problems } = await visit("/ide");
  await page.getByLabel("Demo account").selectOption("customer1@antar.test");
  await page.getByText("Signed in as customer1@antar.test.").waitFor();
  await page.locator("summary", { hasText: "customer" }).click();
  await page.getByRole("button", { name: "MyOrders", exact: true }).click();
  await page.getByRole("button", { name: /Execute query/ }).click();
  // Orders' and menu's fields in one answer.
  await expect.poll(() => response(page).innerText(), { timeout: 120_000 }).toMatch(/"orders"/);
  await expect.poll(() => response(page).innerText(), { timeout: 120_000 }).not.toMatch(/"errors"/);
  expect(external).toEqual([]);
  expect(problems).toEqual([]);
});

test("the IDE's first example runs as it stands, for nobody in particular, and again after a reload", async () => {
  const { page, problems } = await visit("/ide");
  for (const again of [false, true]) {
    if (again) await page.reload();
    await expect
      .poll(() => page.locator(".graphiql-editor-tool").first().innerText(), { timeout: 60_000 })
      .toContain("106.8167");
    await page.getByRole("button", { name: /Execute query/ }).click();
    await expect.poll(() => response(page).innerText(), { timeout: 120_000 }).toMatch(/"restaurants"/);
    expect(await response(page).innerText()).not.toMatch(/"errors"/);
  }
  expect(problems).toEqual([]);
});

test("on a telephone the IDE has everything on the screen's width, and controls in the colours of a dark screen", async () => {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, colorScheme: "dark" });
  context.setDefaultTimeout(120_000);
  const page = await context.newPage();
  await page.goto(`${origin}/ide`);
  await page.getByRole("button", { name: /Execute query/ }).click();
  await expect.poll(() => response(page).innerText(), { timeout: 120_000 }).toMatch(/"restaurants"/);
  const box = await response(page).boundingBox();
  expect(box?.width).toBeGreaterThan(200);
  expect((box?.x ?? 0) + (box?.width ?? 390)).toBeLessThanOrEqual(390);
  expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(390);
  expect(await page.evaluate("getComputedStyle(document.querySelector('select')).colorScheme")).toMatch(/dark/);
  await context.close();
});

test("the reference reads without scripts, and finds with them", async () => {
  const { page, external, problems } = await visit("/docs/Order.html");
  expect(await page.locator("h1").innerText()).toContain("Order");
  await page.getByLabel("Search types and fields").fill("placeord");
  await page.getByRole("link", { name: "Mutation.placeOrder", exact: true }).click();
  await page.waitForURL(/Mutation\.html#placeOrder$/);
  expect(await page.locator("#placeOrder").innerText()).toMatch(/orders/);
  expect(external).toEqual([]);
  expect(problems).toEqual([]);

  const plain = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
  await plain.goto(`${origin}/docs`);
  await plain.getByRole("link", { name: "Query.restaurants", exact: true }).first().click();
  expect(await plain.locator("#restaurants").innerText()).toContain("near");
});

test("who opens the endpoint finds the way to both", async () => {
  const { page, external, problems } = await visit("/graphql");
  expect(new URL(page.url()).pathname).toBe("/");
  const links = await page.getByRole("link").evaluateAll((all) => all.map((link) => link.getAttribute("href")));
  expect(links).toEqual([
    "/ide",
    "/docs/",
    expect.stringContaining("https://studio.apollographql.com/sandbox/explorer?endpoint="),
  ]);
  expect([external, problems]).toEqual([[], []]);
});
