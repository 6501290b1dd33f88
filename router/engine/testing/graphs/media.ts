/** An interface that is an entity, objects that stand in for it, unions whose members differ by subgraph, `@requires` through fragments. */
import type { Row, TestGraph } from "../test-graph.ts";

type Fields = Record<string, unknown> & Row;
const author: Fields = { __typename: "Author", id: "a1", name: "Pram" };
const ghost: Fields = { __typename: "Author", id: "a2", name: null };
const book: Fields = { __typename: "Book", id: "b1", title: "Bumi", pages: 535, author, format: "PAPER" };
const essay: Fields = { __typename: "Book", id: "b2", title: null, pages: 12, author: null, format: "SCREEN" };
const film: Fields = {
  __typename: "Movie",
  id: "m1",
  title: "Siti",
  minutes: 88,
  cast: ["Sekar", null],
  format: "SCREEN",
};
const song: Fields = { __typename: "Song", id: "s1", title: "Rindu", seconds: 200, bandOf: ghost };
author["works"] = [book, film];
ghost["works"] = [song, null, essay];
const all = [book, film, essay, song];
const ratings: Record<string, number | null> = { b1: 4.5, m1: 3, b2: null };

export const media: TestGraph = {
  name: "media",
  subgraphs: {
    library: `
      type Query { media(id: ID!): Media all(kind: Kind): [Media!]! search(text: String = ""): [Found] anything: [Thing!] }
      interface Media @key(fields: "id") { id: ID! title: String }
      type Book implements Media @key(fields: "id") { id: ID! title: String pages: Int! author: Author format: Format }
      type Movie implements Media @key(fields: "id") { id: ID! title: String minutes: Int! cast: [String] format: Format }
      type Song implements Media @key(fields: "id") { id: ID! title: String seconds: Int }
      type Author @key(fields: "id") { id: ID! }
      union Found = Book | Movie | Author
      union Thing = Book | Song
      enum Kind { BOOK MOVIE SONG }
      enum Format { PAPER SCREEN }`,
    ratings: `
      type Query { best: Media rated(atLeast: Float = 0): [Media!] }
      type Media @key(fields: "id") @interfaceObject {
        id: ID! title: String @external
        rating: Float reviews(limit: Int = 2): [Review!]!
        headline: String @requires(fields: "title")
      }
      type Review { text: String! of: Media by: Author }
      type Author @key(fields: "id", resolvable: false) { id: ID! }`,
    people: `
      type Query { people: [Person!]! }
      interface Person { name: String }
      type Author implements Person @key(fields: "id") { id: ID! name: String works: [Media] fans: [Found!] }
      type Critic implements Person { name: String likes: Media }
      type Media @key(fields: "id") @interfaceObject { id: ID! }
      type Movie2 { n: Int }
      union Found = Author | Movie2`,
    shelves: `
      type Book @key(fields: "id") { id: ID! pages: Int! @external format: Format @external shelf: Place @requires(fields: "pages format") }
      type Movie @key(fields: "id") { id: ID! minutes: Int! @external shelf: Place @requires(fields: "minutes") }
      type Place { row: Int! twin: Place }
      enum Format { PAPER SCREEN }`,
  },
  rows: [...all, author, ghost],
  fields: {
    "Query.media": (_row, { id }: { id: string }) => all.find((one) => one["id"] === id),
    "Query.all": (_row, { kind }: { kind?: string | null }) =>
      all.filter((one) => !kind || one.__typename.toUpperCase() === kind),
    "Query.search": (_row, { text }: { text: string | null }) =>
      text === "none"
        ? null
        : [book, author, null, film].filter(
            (one) => !one || String(one["title"]).includes(text ?? "") || one === author,
          ),
    "Query.anything": () => [song, book, essay],
    "Query.best": () => book,
    "Query.rated": (_row, { atLeast }: { atLeast: number | null }) =>
      all.filter((one) => (ratings[one["id"] as string] ?? 0) >= (atLeast ?? 0)),
    "Query.people": () => [author, { __typename: "Critic", name: "Rin", likes: song }, ghost],
    "Media.rating": (row) => ratings[row["id"] as string] ?? null,
    "Media.reviews": (row, { limit }: { limit: number | null }) =>
      [
        { text: `of ${row["id"] as string}`, of: row["id"] === "m1" ? null : row, by: author },
        { text: "second", of: film, by: null },
      ].slice(0, Math.max(0, limit ?? 1)),
    "Author.fans": () => [author, { __typename: "Movie2", n: 2 }],
  },
  computed: {
    "Media.headline": ({ title }: { title: string | null }) => (title === null ? null : title.toUpperCase()),
    "Book.shelf": ({ pages, format }: { pages: number; format: string | null }) => ({
      row: pages,
      twin: format === "SCREEN" ? { row: 1, twin: null } : null,
    }),
    "Movie.shelf": ({ minutes }: { minutes: number }) => ({
      row: minutes,
      twin: { row: 2, twin: { row: 3, twin: null } },
    }),
  },
};
