/** The typed errors that several mutations share. */
import type { InvalidField } from "../domain/account.ts";

export const invalidInput = ({ field, message }: InvalidField) => ({
  __typename: "InvalidInputError" as const,
  field,
  message,
});

export const notFound = (message: string) => ({ __typename: "NotFoundError" as const, message });

export const invalidCredentials = (message: string) => ({ __typename: "InvalidCredentialsError" as const, message });
