/** The only list of the subgraphs: their names, and the ports that they take when no other address is given. */
export const subgraphs = {
  users: { port: 4001 },
  menu: { port: 4002 },
  orders: { port: 4003 },
  delivery: { port: 4004 },
  payments: { port: 4005 },
} as const;

export type SubgraphName = keyof typeof subgraphs;

export const subgraphNames = Object.keys(subgraphs) as SubgraphName[];

/** Address that the committed supergraph names; settings replace it at run time. */
export const defaultUrl = (name: SubgraphName): string => `http://127.0.0.1:${subgraphs[name].port}/graphql`;
