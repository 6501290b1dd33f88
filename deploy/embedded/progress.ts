/** What a start tells of its way. */

/** After so long without news a step is named again, milliseconds. */
const quietMs = 10_000;

/**
 * Passes each step on to `say`, and says of one that takes long that it is still at it. `ended` must be called at the end of the
 * start, whatever that was.
 */
export function patientProgress(say: (line: string) => void): { progress(line: string): void; ended(): void } {
  let step = "";
  let began = 0;
  const ticking = setInterval(() => {
    if (step === "") return;
    say(`still ${step}, after ${Math.round((performance.now() - began) / 1000)} s`);
  }, quietMs);
  return {
    progress(line) {
      step = line;
      began = performance.now();
      ticking.refresh();
      say(line);
    },
    ended: () => clearInterval(ticking),
  };
}
