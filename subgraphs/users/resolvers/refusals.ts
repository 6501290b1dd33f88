/** The typed errors that several mutations share. */
import { invalidInput as invalidInputAt } from "../../../kit/graphql/invalid-input.ts";
import type { InvalidField } from "../domain/account.ts";

export const invalidInput = ({ field, message }: InvalidField) => invalidInputAt(field, message);

export const notFound = (message: string) => ({ __typename: "NotFoundError" as const, message });

export const invalidCredentials = (message: string) => ({ __typename: "InvalidCredentialsError" as const, message });
