/** Settings of the step that prepares databases and keys. */
import { z } from "zod";

export const env = z.object({
  /** The cluster's administrator, to any database of it. */
  DATABASE_ADMIN_URL: z.url(),
  /** Password given to every role that is created. */
  DATABASE_PASSWORD: z.string().min(1),
  /** Gets all secrets (`secrets.json`) and a folder per issuer, with its private key (`private.json`) and all public ones (`public.json`). */
  SECRETS_FOLDER: z.string().min(1),
  /** Size of the demo world; existing rows are left alone. */
  ANTAR_SEED: z.enum(["test", "demo"]).default("demo"),
});
