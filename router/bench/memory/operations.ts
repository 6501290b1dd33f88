/** Distinct operations over the reviews workload: each another selection, so that each is planned and compiled by itself. */

/** How a field may be asked for: not, by its name, or under another. */
const forms = [() => "", (field: string) => field, (field: string) => `${field}2: ${field}`];
const fields = ["name", "priceMinor", "grams"];

/** What else is asked of a dish: of no other subgraph, of the stock's, of the reviews'. */
const ofDish = [
  "",
  "portionsLeft",
  "packagingMinor",
  "reviews { id }",
  "reviews { id body }",
  "reviews { id dish { code } }",
  "reviews { id author { id username } }",
];
const ofMe = ["id", "id name", "name username", "id birthYear", "username", "name"];
const tails = [
  ...ofDish.map((inner) => ({ inner, beside: "" })),
  ...ofMe.map((selection) => ({ inner: "", beside: `me { ${selection} }` })),
];
const mostDishes = 3;

/** 13 × 3 × 27 selections that differ; beyond them operations differ by name alone. */
function selection(index: number): string {
  const { inner, beside } = tails[index % tails.length] ?? { inner: "", beside: "" };
  const others = Math.floor(index / tails.length);
  const first = 1 + (others % mostDishes);
  const shape = Math.floor(others / mostDishes);
  const plain = fields.map((field, place) => forms[Math.floor(shape / forms.length ** place) % forms.length]?.(field));
  return `popularDishes(first: ${first}) { code ${plain.join(" ")} ${inner} } ${beside}`;
}

/** `count` documents, no two alike; the same ones in every run. */
export const memoryOperations = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `query Memory${index} { ${selection(index)} }`);
