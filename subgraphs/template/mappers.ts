/** The row behind each type of the graph, for the types of resolvers; paths start in `generated/`. */
export const mappers = {
  Note: "../db/tables.ts#NoteRow",
};
