/** One request for all who ask the same at the same time. */

type Flight<T> = { answer: Promise<T>; waiting: number; controller: AbortController };

/**
 * `share(key, signal, start)` gives the answer of a running `start` with the same key, or starts one. The work is aborted
 * when nobody waits any more; whoever's own signal aborts is rejected at once.
 */
export function createInFlight<T>() {
  const flights = new Map<string, Flight<T>>();

  const launch = (key: string, start: (signal: AbortSignal) => Promise<T>): Flight<T> => {
    const controller = new AbortController();
    const flight: Flight<T> = { answer: start(controller.signal), waiting: 0, controller };
    const land = () => {
      if (flights.get(key) === flight) flights.delete(key);
    };
    flight.answer.then(land, land);
    flights.set(key, flight);
    return flight;
  };

  return function share(key: string, signal: AbortSignal, start: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const flight = flights.get(key) ?? launch(key, start);
    flight.waiting++;
    return new Promise((resolve, reject) => {
      const leave = () => {
        flight.waiting--;
        if (flight.waiting === 0) {
          if (flights.get(key) === flight) flights.delete(key);
          flight.controller.abort(signal.reason);
        }
        reject(signal.reason as Error);
      };
      if (signal.aborted) return leave();
      signal.addEventListener("abort", leave, { once: true });
      const stay = () => signal.removeEventListener("abort", leave);
      flight.answer.then(
        (value) => (stay(), resolve(value)),
        (error: unknown) => (stay(), reject(error as Error)),
      );
    });
  };
}
