/** Whether a text can be kept as it is: Postgres keeps no NUL in a text, and no half of a surrogate pair in JSON. */
export const isStorable = (text: string): boolean => !text.includes("\0") && text.isWellFormed();
