/** Passwords by argon2id, 19 MiB, 2 passes, 1 lane (OWASP password storage). */
import { randomBytes } from "node:crypto";
import { hash, verify } from "@node-rs/argon2";
import { createTurns } from "./turns.ts";

// Argon2id is the library's default algorithm; its enum cannot be imported without a build step.
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** Makes PHC strings of passwords, and compares. Passwords come normalised. */
export type Hasher = {
  hash(password: string): Promise<string>;
  verify(passwordHash: string, password: string): Promise<boolean>;
};

/** The hasher of everything but some tests. */
export const argon2: Hasher = {
  hash: (password) => hash(password, cost),
  verify: (stored, given) => verify(stored, given),
};

/** What the actions do with passwords, in fair turns between the addresses `from`; both reject with RATE_LIMITED when too many wait. */
export type Passwords = {
  /** A PHC string with a fresh salt. */
  hash(password: string, from: string): Promise<string>;
  /** Whether the password fits; without a hash (no such account) it verifies all the same and answers false. */
  fits(passwordHash: string | null, password: string, from: string): Promise<boolean>;
};

const normalized = (password: string): string => password.normalize("NFC");

/** A PHC string with a fresh salt, whoever else is hashing. */
export const hashPassword = (password: string): Promise<string> => argon2.hash(normalized(password));

/** Passwords where `atOnce` are worked on at a time, 19 MiB each, and `waiting` more wait. */
export async function createPasswords(options: {
  atOnce: number;
  waiting: number;
  hasher: Hasher;
}): Promise<Passwords> {
  const { hasher } = options;
  const turn = createTurns(options);
  // Made ahead, so that the first unknown account takes no longer than the others.
  const nobody = await hasher.hash(randomBytes(16).toString("hex"));
  return {
    hash: (password, from) => turn(from, () => hasher.hash(normalized(password))),
    fits: async (passwordHash, password, from) => {
      // A longer one was never accepted; hashing it would only be work for the asking.
      const candidate = password.length <= 256 ? normalized(password) : "";
      const fits = await turn(from, () => hasher.verify(passwordHash ?? nobody, candidate));
      return fits && passwordHash !== null;
    },
  };
}
