/** An object of this or another subgraph, known by its id alone. */
export type Reference = { id: string };

/** A reference to the object with this id. */
export const reference = (id: string): Reference => ({ id });
