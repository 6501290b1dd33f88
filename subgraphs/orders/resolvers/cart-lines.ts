import type { CartLine } from "../domain/quote.ts";
import type { CartLineInput } from "../generated/resolvers.ts";

/** The client's lines, field by field. */
export const cartLines = (lines: readonly CartLineInput[]): CartLine[] =>
  lines.map(({ itemId, quantity, modifierIds }) => ({ itemId, quantity, modifierIds: [...(modifierIds ?? [])] }));
