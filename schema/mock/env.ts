/** Settings of `npm run mock`. */
import { z } from "zod";

export const env = z.object({
  /** Port of the invented graph, away from those of `npm start`; `--port` wins, 0 takes any free one. */
  PORT: z.coerce.number().int().min(0).max(65_535).default(4020),
});
