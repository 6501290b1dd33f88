/** Who may import whom; see docs/architecture.md. */
const subgraph = "^subgraphs/([^/]+)/";

module.exports = {
  forbidden: [
    { name: "no-cycles", severity: "error", from: {}, to: { circular: true } },
    {
      name: "kit-imports-nothing-of-ours",
      severity: "error",
      from: { path: "^kit/", pathNot: "\\.test\\.ts$" },
      to: { path: "^(router|subgraphs|schema|clients|demo|sandbox|deploy|proof|tools)/" },
    },
    {
      name: "subgraphs-are-strangers",
      severity: "error",
      from: { path: subgraph },
      to: { path: "^subgraphs/", pathNot: "^subgraphs/$1/" },
    },
    { name: "subgraphs-know-no-router", severity: "error", from: { path: "^subgraphs/" }, to: { path: "^router/" } },
    { name: "router-knows-no-subgraph", severity: "error", from: { path: "^router/" }, to: { path: "^subgraphs/" } },
    {
      name: "deploy-is-outermost",
      comment: "What proves the system starts it by its parts.",
      severity: "error",
      from: { pathNot: "^(deploy|proof)/" },
      to: { path: "^deploy/" },
    },
    {
      name: "nothing-imports-proof",
      severity: "error",
      from: { pathNot: ["^proof/", "\\.test\\.ts$"] },
      to: { path: "^proof/" },
    },
    {
      name: "nothing-imports-tools",
      severity: "error",
      from: { pathNot: ["^tools/", "\\.test\\.ts$"] },
      to: { path: "^tools/" },
    },
    {
      name: "clients-stay-outside",
      severity: "error",
      from: { path: "^(clients|demo/order)/" },
      to: { path: "^(router|subgraphs|schema|sandbox|deploy|tools)/" },
    },
    {
      name: "only-the-demo-world-is-imported",
      severity: "error",
      from: { pathNot: ["^(demo|proof)/", "\\.test\\.ts$"] },
      to: { path: "^demo/", pathNot: "^demo/world/" },
    },
    {
      name: "demo-world-is-data",
      severity: "error",
      from: { path: "^demo/world/", pathNot: "\\.test\\.ts$" },
      to: { pathNot: ["^demo/world/", "^kit/", "^node_modules/@faker-js/", "^(node:)?crypto$"] },
    },
    {
      name: "domain-is-pure",
      severity: "error",
      from: { path: "^subgraphs/[^/]+/domain/", pathNot: "\\.test\\.ts$" },
      to: {
        pathNot: [
          "^subgraphs/[^/]+/domain/",
          "^kit/(money|result|id)\\.ts$",
          "^(node:)?crypto$",
          "^node_modules/(h3-js|zod)/",
        ],
      },
    },
    {
      name: "database-stays-in-db",
      severity: "error",
      from: { pathNot: ["^kit/", "^subgraphs/[^/]+/(db|actions|events)/", "^(deploy|proof)/", "\\.test\\.ts$"] },
      to: { path: "^node_modules/(drizzle-orm|postgres)/" },
    },
    {
      name: "chaos-checker-stands-alone",
      comment: "What checks the system must not share its code.",
      severity: "error",
      from: { path: "^proof/chaos/checker/" },
      to: { pathNot: ["^proof/chaos/checker/", "^node_modules/postgres/", "^(node:)?(fs|path)$"] },
    },
    {
      name: "sandbox-stands-alone",
      comment: "It stands for what is outside, and must not be right or wrong together with what uses it.",
      severity: "error",
      from: { path: "^sandbox/" },
      to: { path: "^(subgraphs|router|schema|clients|demo|deploy|proof|tools)/" },
    },
    {
      name: "nothing-imports-sandbox",
      severity: "error",
      from: { pathNot: "^sandbox/" },
      to: { path: "^sandbox/" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    // Packages may be shared by a link; the rules name them by where they are imported from.
    preserveSymlinks: true,
    exclude: { path: "generated/" },
    parser: "swc",
    enhancedResolveOptions: {
      extensions: [".ts", ".js"],
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default"],
    },
  },
};
