/** Reading the databases, with SQL of the checker's own. */
import postgres from "postgres";

/** Addresses of the databases, as somebody who may read everything. */
export type Databases = Record<"users" | "menu" | "orders" | "delivery" | "payments" | "events", string>;

/** A row as the database gave it, columns in snake_case. */
// oxlint-disable-next-line typescript/no-explicit-any
export type Row = Record<string, any>;

/** A connection for the length of `work`; bigints come as numbers, times as Date. */
export async function openDatabase<T>(url: string, work: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const bigint = { to: 20, from: [20], serialize: String, parse: Number };
  const sql = postgres(url, { max: 1, onnotice: () => {}, connect_timeout: 20, types: { bigint } as never });
  try {
    return await work(sql);
  } finally {
    await sql.end({ timeout: 2 });
  }
}

const alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

/** The uuid inside a TypeID such as `ord_01k…` (https://github.com/jetify-com/typeid); null when there is none. */
export function uuidOf(typeId: string): string | null {
  const suffix = typeId.slice(typeId.lastIndexOf("_") + 1);
  if (suffix.length !== 26) return null;
  let value = 0n;
  for (const letter of suffix) {
    const digit = alphabet.indexOf(letter);
    if (digit < 0) return null;
    value = value * 32n + BigInt(digit);
  }
  const hex = value.toString(16).padStart(32, "0");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
