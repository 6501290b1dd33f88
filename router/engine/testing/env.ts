/** Settings of the differential test. */
import { z } from "zod";

export const env = z.object({
  /** Seed of the generator: the same seed gives the same cases. Fixed by default, so that a commit fails for its own faults only. */
  DIFFERENTIAL_SEED: z.coerce.number().int().default(20_261_121),
  /** Only this graph. */
  DIFFERENTIAL_GRAPH: z.string().optional(),
  /** fast-check's path of one failing case, printed with it: runs that case alone. */
  DIFFERENTIAL_PATH: z.string().optional(),
  /** Generated operations per graph; each is about 6 cases, so that 350 of nine graphs make more than ten thousand. */
  DIFFERENTIAL_SPECIMENS: z.coerce.number().int().positive().default(350),
});
