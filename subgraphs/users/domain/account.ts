/** Rules of what an account may hold. */
import { err, ok, type Result } from "../../../kit/result.ts";

/** A field that breaks a rule, and the rule in a sentence. */
export type InvalidField = { field: string; message: string };

const invalid = (field: string, message: string) => err<InvalidField>({ field, message });

// Control characters have no place in a name; what disguises one is refused at every input (kit/graphql/input-check.ts).
const unprintable = /\p{Cc}/u;

/** Lower-cased and trimmed; one @, a dotted domain, at most 254 characters (RFC 5321). */
export function parseEmail(text: string, field = "email"): Result<string, InvalidField> {
  const email = text.trim().normalize("NFC").toLowerCase();
  const plausible = email.length <= 254 && /^[^\s@<>"(),:;[\]\\]{1,64}@[^\s@.]+(\.[^\s@.]+)+$/u.test(email);
  return plausible && !unprintable.test(email) ? ok(email) : invalid(field, "This is not an e-mail address.");
}

/** Between `min` and `max` characters after trimming, printable. */
export function parseText(text: string, field: string, min: number, max: number): Result<string, InvalidField> {
  const value = text.trim().normalize("NFC");
  const length = Array.from(value).length;
  if (length < min || length > max) return invalid(field, `Between ${min} and ${max} characters, please.`);
  return unprintable.test(value) ? invalid(field, "Only printable characters, please.") : ok(value);
}

/** 8 to 256 characters, nothing trimmed (NIST SP 800-63B: length, no composition rules). */
export function parsePassword(text: string, field = "password"): Result<string, InvalidField> {
  const password = text.normalize("NFC");
  return password.length >= 8 && password.length <= 256
    ? ok(password)
    : invalid(field, "Between 8 and 256 characters, please.");
}

/** E.164; spaces, dots, dashes and brackets are dropped. */
export function parsePhone(text: string, field = "phone"): Result<string, InvalidField> {
  const phone = text.replaceAll(/[\s().-]/g, "");
  return /^\+[1-9]\d{6,14}$/.test(phone)
    ? ok(phone)
    : invalid(field, "A phone number begins with + and the country code.");
}

/** A canonical BCP 47 tag. */
export function parseLanguage(text: string, field = "language"): Result<string, InvalidField> {
  try {
    const [tag] = Intl.getCanonicalLocales(text);
    if (tag !== undefined && tag.length <= 35) return ok(tag);
  } catch {
    // Intl throws for a malformed tag.
  }
  return invalid(field, "This is not a language tag.");
}
