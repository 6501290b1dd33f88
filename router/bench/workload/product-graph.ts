/** The product's own graph, its subgraphs answering invented data: three operations of its clients, with variables. */
import { join } from "node:path";
import { readSdl } from "../../../kit/graphql/sdl.ts";
import { subgraphNames } from "../../../schema/subgraphs.ts";
import { inventedField } from "./invented-data.ts";
import type { Operation, Workload } from "./workload.ts";

const root = join(import.meta.dirname, "../../..");

/** How many different values the variables take: enough that routers cannot keep answers, few enough that subgraphs can. */
const variants = 50;

const operations: Operation[] = [
  {
    name: "browse restaurants",
    query: /* GraphQL */ `
      query Browse($near: LocationInput!, $search: String, $first: Int!) {
        restaurants(near: $near, search: $search, first: $first, filters: { openNow: true }) {
          edges {
            node {
              id
              name
              cuisines
              priceLevel
              rating
              reviewCount
              isOpen
              imageUrl
              minimumOrder {
                amount
                currency
              }
              deliveryEstimate(to: $near) {
                etaSeconds
                distanceMeters
                fee {
                  amount
                  currency
                }
              }
            }
          }
          pageInfo {
            hasNextPage
            endCursor
          }
        }
      }
    `,
    variables: (n) => ({
      near: { latitude: -6.2, longitude: 106.8 + (n % variants) / 1000 },
      search: n % 2 === 0 ? null : "soto",
      first: 20,
    }),
  },
  {
    name: "one order in full",
    query: /* GraphQL */ `
      query OneOrder($id: ID!) {
        order(id: $id) {
          id
          state
          createdAt
          customer {
            id
            displayName
          }
          restaurant {
            id
            name
            imageUrl
          }
          lines {
            name
            quantity
            unitPrice {
              amount
              currency
            }
            item {
              id
              name
              available
            }
          }
          amounts {
            total {
              amount
              currency
            }
            deliveryFee {
              amount
              currency
            }
          }
          delivery {
            id
            state
            estimatedArrivalAt
            courier {
              id
              location {
                latitude
                longitude
              }
              user {
                id
                displayName
              }
            }
          }
          payment {
            id
            state
            captured {
              amount
              currency
            }
          }
        }
      }
    `,
    variables: (n) => ({ id: `ord_${n % variants}` }),
  },
  {
    name: "my past orders",
    query: /* GraphQL */ `
      query MyOrders($first: Int!, $after: String) {
        me {
          id
          displayName
          favourites {
            id
            name
            rating
          }
          orders(first: $first, after: $after) {
            edges {
              node {
                id
                state
                createdAt
                restaurant {
                  id
                  name
                  imageUrl
                  isOpen
                }
                delivery {
                  id
                  deliveredAt
                }
                payment {
                  id
                  state
                }
                reviews {
                  id
                  rating
                }
              }
            }
            pageInfo {
              hasNextPage
              endCursor
            }
          }
        }
      }
    `,
    variables: (n) => ({ first: 20, after: n % 2 === 0 ? null : `cursor${n % variants}` }),
  },
];

export const productGraph: Workload = {
  name: "product",
  subgraphs: Object.fromEntries(
    subgraphNames.map((name) => [
      name,
      { sdl: readSdl(join(root, "subgraphs", name)), resolvers: {}, fieldResolver: inventedField },
    ]),
  ),
  operations,
  failing: "delivery",
};
