/** Who may import whom; see docs/architecture.md. */
const subgraph = "^subgraphs/([^/]+)/";

module.exports = {
  forbidden: [
    { name: "no-cycles", severity: "error", from: {}, to: { circular: true } },
    {
      name: "kit-imports-nothing-of-ours",
      severity: "error",
      from: { path: "^kit/", pathNot: "\\.test\\.ts$" },
      to: { path: "^(router|subgraphs|schema|clients|deploy)/" },
    },
    {
      name: "subgraphs-are-strangers",
      severity: "error",
      from: { path: subgraph },
      to: { path: "^subgraphs/", pathNot: "^subgraphs/$1/" },
    },
    { name: "subgraphs-know-no-router", severity: "error", from: { path: "^subgraphs/" }, to: { path: "^router/" } },
    { name: "router-knows-no-subgraph", severity: "error", from: { path: "^router/" }, to: { path: "^subgraphs/" } },
    { name: "nothing-imports-deploy", severity: "error", from: { pathNot: "^deploy/" }, to: { path: "^deploy/" } },
    {
      name: "clients-stay-outside",
      severity: "error",
      from: { path: "^clients/" },
      to: { path: "^(router|subgraphs|deploy)/" },
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
      from: { pathNot: ["^kit/", "^subgraphs/[^/]+/(db|actions|events)/", "^deploy/", "\\.test\\.ts$"] },
      to: { path: "^node_modules/(drizzle-orm|postgres)/" },
    },
    {
      name: "chaos-checker-stands-alone",
      comment: "What checks the system must not share its code.",
      severity: "error",
      from: { path: "^deploy/chaos/checker/" },
      to: { pathNot: ["^deploy/chaos/checker/", "^node_modules/postgres/", "^(node:)?(fs|path)$"] },
    },
    {
      name: "sandbox-psp-stands-alone",
      severity: "error",
      from: { path: "^deploy/sandbox-psp/" },
      to: { path: "^(subgraphs|router|schema)/" },
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
