/** What a figure's reader has to know of the machine that it was measured on. */
import { cpus, release, totalmem } from "node:os";

/** Processors, memory, kernel and Node, one line. */
export const machine = (): string =>
  `${cpus().length} × ${cpus()[0]?.model ?? "unknown"}, ${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${release()}, Node ${process.versions.node}`;
