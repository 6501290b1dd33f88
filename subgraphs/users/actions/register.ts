/** Opens an account and signs it in. */
import { newId } from "../../../kit/id.ts";
import { err, ok, type Result } from "../../../kit/result.ts";
import type { Context } from "../deps.ts";
import { insertUser } from "../db/queries.ts";
import {
  parseEmail,
  parseLanguage,
  parsePassword,
  parsePhone,
  parseText,
  type InvalidField,
} from "../domain/account.ts";
import type { UserRole } from "../domain/roles.ts";
import { publish } from "../events/published.ts";
import { openSession, tokensFor, type Tokens } from "./open-session.ts";
import { attemptOf } from "./sign-in.ts";

export type Registration = {
  email: string;
  password: string;
  displayName: string;
  phone?: string | null | undefined;
  language?: string | null | undefined;
};

export type RegisterRefusal = { kind: "EMAIL_TAKEN" } | ({ kind: "INVALID" } & InvalidField);

type Valid = { email: string; password: string; displayName: string; phone: string | null; language: string };

function parse(input: Registration): Result<Valid, InvalidField> {
  const email = parseEmail(input.email);
  if (!email.ok) return email;
  const password = parsePassword(input.password);
  if (!password.ok) return password;
  const displayName = parseText(input.displayName, "displayName", 1, 60);
  if (!displayName.ok) return displayName;
  const phone = input.phone ? parsePhone(input.phone) : ok(null);
  if (!phone.ok) return phone;
  const language = parseLanguage(input.language ?? "en");
  if (!language.ok) return language;
  return ok({
    email: email.value,
    password: password.value,
    displayName: displayName.value,
    phone: phone.value,
    language: language.value,
  });
}

/** Registers a customer; publishes user.registered.v1. */
export async function register(context: Context, input: Registration): Promise<Result<Tokens, RegisterRefusal>> {
  const parsed = parse(input);
  if (!parsed.ok) return err({ kind: "INVALID", ...parsed.error });
  const { password, ...person } = parsed.value;
  const attempt = attemptOf(context, person.email);
  const passwordHash = await context.attempts.admit(attempt, () =>
    context.passwords.hash(password, attempt.address ?? ""),
  );
  const now = context.clock.now();
  const id = newId("usr");
  const roles: UserRole[] = ["customer"];
  const opened = await context.db.transaction(async (tx) => {
    const user = await insertUser(tx, { ...person, id, passwordHash, roles, createdAt: now, updatedAt: now });
    if (!user) return null;
    await publish(
      tx,
      { type: "user.registered.v1", aggregateId: id, data: { userId: id, roles } },
      { now, traceId: context.traceId },
    );
    return { user, session: await openSession(tx, context, id) };
  });
  return opened ? ok(await tokensFor(context, opened.user, opened.session)) : err({ kind: "EMAIL_TAKEN" });
}
