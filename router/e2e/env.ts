/** Settings of the tests through the public door. */

/** The engine that the tested system runs: `antar` or `apollo`. */
export const routerEngine = process.env["ROUTER_ENGINE"] ?? "apollo";
