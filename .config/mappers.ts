/** GraphQL type → the row behind it, per subgraph: paths are relative to `subgraphs/<name>/generated/`. */
export const mappers: Record<string, Record<string, string>> = {
  users: {},
  menu: {},
  orders: {},
  delivery: {},
  payments: {},
};
