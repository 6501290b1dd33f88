/** The benchmark's own world: people who review dishes. All of it follows from indexes, so that every run sees the same. */

export const peopleCount = 5;
export const dishCount = 7;
const reviewsPerPerson = 4;

/**
 * Eight characters in some texts that the subgraph servers may replace by others of the same length,
 * so that no two answers have the same bytes. Only in texts that no key and no `@requires` reads.
 */
export const variable = "~varies~";

const names = ["Sari", "Bima", "Dewi", "Rangga", "Melati", "Agung"];
const dishes = ["Soto ayam", "Gado-gado", "Rendang", "Bakso", "Nasi liwet", "Pempek", "Rawon", "Sate lilit", "Gudeg"];

export const person = (index: number) => ({
  id: `person-${index}`,
  name: `${names[index % names.length]} ${variable}`,
  username: `@${names[index % names.length]?.toLowerCase()}${index}`,
  birthYear: 1960 + ((index * 7) % 45),
});

export const dish = (index: number) => ({
  code: `dish-${index}`,
  name: `${dishes[index % dishes.length]} ${variable}`,
  priceMinor: 1_500_000 + index * 250_000,
  grams: 250 + index * 35,
});

export const stock = (index: number) => ({ code: `dish-${index}`, portionsLeft: (index * 13) % 29 });

/** Packaging costs more for heavy dishes and nothing for expensive ones. */
export const packagingMinor = (priceMinor: number, grams: number) => (priceMinor > 3_000_000 ? 0 : grams * 40);

const review = (author: number, nth: number) => ({
  id: `review-${author}-${nth}`,
  body: `${variable} Arrived warm and well packed, the sambal was generous, and I would order it again.`,
  author: { id: `person-${author}`, username: person(author).username },
  dish: { code: `dish-${(author * 2 + nth) % dishCount}` },
});

const allReviews = Array.from({ length: peopleCount }, (_, author) =>
  Array.from({ length: reviewsPerPerson }, (_unused, nth) => review(author, nth)),
).flat();

export const reviewsBy = (personId: string) => allReviews.filter(({ author }) => author.id === personId);
export const reviewsOf = (dishCode: string) => allReviews.filter((one) => one.dish.code === dishCode);
export const reviewById = (id: string) => allReviews.find((one) => one.id === id);

/** The number at the end of an id such as `dish-7`. */
export const indexOf = (id: string) => Number(id.slice(id.lastIndexOf("-") + 1));
