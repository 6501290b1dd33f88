/** Settings of `npm run mock`. */
import { z } from "zod";

export const env = z.object({
  /** Port of the invented graph; `--port` wins, 0 takes any free one. */
  PORT: z.coerce.number().int().min(0).max(65_535).default(4010),
});
