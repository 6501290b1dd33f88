/** The provider's definite no: trying again with the same key cannot help. `code` is its word, such as card_declined; `objectId` what it made nevertheless. */
export type Refusal = { refused: true; code: string; objectId: string | null };
