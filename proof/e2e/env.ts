/** Settings of the tests through the public door. */

/** The engine that the tested system runs: `antar` or `apollo`. */
export const routerEngine = process.env["ROUTER_ENGINE"] ?? "antar";

/** Both, for what has to hold on each. */
export const engines = ["antar", "apollo"] as const;

/** The browser of the tests in one. */
export const chromium = process.env["CHROMIUM"] || "/usr/bin/chromium";
