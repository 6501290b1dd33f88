/** Four subgraphs over people, dishes, stock and reviews; the main query's answer is about 90 KB. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as data from "./data.ts";
import type { Workload } from "./workload.ts";

const sdl = (name: string) => readFileSync(join(import.meta.dirname, `${name}.graphql`), "utf8");
const people = Array.from({ length: data.peopleCount }, (_, index) => data.person(index));
const dishes = Array.from({ length: data.dishCount }, (_, index) => data.dish(index));

type Key = { id: string };
type DishKey = { code: string };
type Priced = DishKey & { priceMinor: number; grams: number };

const query = /* GraphQL */ `
  fragment Person on Person {
    id
    username
    name
  }
  fragment Review on Review {
    id
    body
  }
  fragment Dish on Dish {
    code
    name
    priceMinor
    grams
    portionsLeft
    packagingMinor
  }
  query People {
    people {
      ...Person
      reviews {
        ...Review
        dish {
          ...Dish
          reviews {
            ...Review
            author {
              ...Person
              reviews {
                ...Review
                dish {
                  ...Dish
                }
              }
            }
          }
        }
      }
    }
    popularDishes {
      ...Dish
      reviews {
        ...Review
        author {
          ...Person
          reviews {
            ...Review
            dish {
              ...Dish
            }
          }
        }
      }
    }
  }
`;

export const reviewsGraph: Workload = {
  name: "reviews",
  subgraphs: {
    people: {
      sdl: sdl("people"),
      resolvers: {
        Query: {
          me: () => people[0],
          person: (_: unknown, { id }: Key) => people[data.indexOf(id)],
          people: () => people,
        },
        Person: { __resolveReference: ({ id }: Key) => people[data.indexOf(id)] },
      },
    },
    dishes: {
      sdl: sdl("dishes"),
      resolvers: {
        Query: { popularDishes: (_: unknown, { first }: { first: number }) => dishes.slice(0, first) },
        Dish: { __resolveReference: ({ code }: DishKey) => dishes[data.indexOf(code)] },
      },
    },
    stock: {
      sdl: sdl("stock"),
      resolvers: {
        Dish: {
          __resolveReference: (key: DishKey) => ({ ...key, ...data.stock(data.indexOf(key.code)) }),
          packagingMinor: ({ priceMinor, grams }: Priced) => data.packagingMinor(priceMinor, grams),
        },
      },
    },
    reviews: {
      sdl: sdl("reviews"),
      resolvers: {
        Review: { __resolveReference: ({ id }: Key) => data.reviewById(id) },
        Person: { __resolveReference: (key: Key) => key, reviews: ({ id }: Key) => data.reviewsBy(id) },
        Dish: { __resolveReference: (key: DishKey) => key, reviews: ({ code }: DishKey) => data.reviewsOf(code) },
      },
    },
  },
  operations: [{ name: "people, reviews, dishes", query, variables: () => ({}) }],
  failing: "stock",
};
