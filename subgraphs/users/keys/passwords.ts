/** Passwords by argon2id, 19 MiB, 2 passes, 1 lane (OWASP password storage). */
import { randomBytes } from "node:crypto";
import { hash, verify } from "@node-rs/argon2";

// Argon2id is the library's default algorithm; its enum cannot be imported without a build step.
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** A PHC string with a fresh salt. */
export const hashPassword = (password: string): Promise<string> => hash(password.normalize("NFC"), cost);

let nobody: Promise<string> | undefined;

/** Whether `password` fits; without a hash (no such account) it takes the same time and answers false. */
export async function passwordFits(passwordHash: string | null, password: string): Promise<boolean> {
  nobody ??= hashPassword(randomBytes(16).toString("hex"));
  // A longer one was never accepted; hashing it would only be work for the asking.
  const candidate = password.length <= 256 ? password.normalize("NFC") : "";
  const fits = await verify(passwordHash ?? (await nobody), candidate);
  return fits && passwordHash !== null;
}

/** Prepares the hash that unknown accounts are checked against, so that the first one takes no longer. */
export async function warmUp(): Promise<void> {
  await passwordFits(null, "");
}
