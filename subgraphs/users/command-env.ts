/** Settings of users' commands: the database and the secret alone. */
import { z } from "zod";

export const commandEnv = z.object({
  /** The database of users, as its `_app` role. */
  DATABASE_URL: z.string().url(),
  /** As the service has it. */
  KEY_ENCRYPTION_KEY: z.string().min(32),
  ACCESS_TOKEN_SECONDS: z.coerce.number().int().min(1).max(600).default(600),
});
