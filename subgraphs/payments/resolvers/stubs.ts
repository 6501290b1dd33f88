/** Entities of other subgraphs, of which payments knows the id alone. */
export type Stub = { id: string };
