/**
 * One call for all who ask the same at the same time. Calls of one kind have a map of their own that goes with them, and an ended
 * flight lets go of its call: each table that a V8 map has outgrown keeps what was in it then, and the tables after it, until a
 * full collection. With one map for all, half of all answers outlived the requests that they were for.
 */

/** A call under way. */
export type Call<T> = { answer: Promise<T>; abort(reason: unknown): void };

type Flight<T> = { call: Call<T> | undefined; waiting: number };

/** The call's answer; rejects at once when `signal` aborts, after `leave`. */
export function answerUntil<T>({ answer }: Call<T>, signal: AbortSignal, leave: () => void): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = () => {
      leave();
      reject(signal.reason as Error);
    };
    const stay = () => signal.removeEventListener("abort", giveUp);
    answer.then(
      (value) => (stay(), resolve(value)),
      (error: unknown) => (stay(), reject(error as Error)),
    );
    if (signal.aborted) giveUp();
    else signal.addEventListener("abort", giveUp, { once: true });
  });
}

/**
 * `share(kind, key, signal, start)` gives the answer of a call under way with the same kind and key, or starts one. The call is
 * aborted when nobody waits any more; whoever's own signal aborts is rejected at once.
 */
export function createInFlight<T>() {
  let kinds = new Map<string, Map<string, Flight<T>>>();

  function end(kind: string, key: string, flight: Flight<T>): void {
    flight.call = undefined;
    const flights = kinds.get(kind);
    if (flights?.get(key) !== flight) return;
    if (flights.size > 1) flights.delete(key);
    else if (kinds.size > 1) kinds.delete(kind);
    else kinds = new Map();
  }

  function launch(kind: string, key: string, call: Call<T>): Flight<T> {
    const flight: Flight<T> = { call, waiting: 0 };
    const land = () => end(kind, key, flight);
    call.answer.then(land, land);
    const flights = kinds.get(kind);
    if (flights) flights.set(key, flight);
    else kinds.set(kind, new Map([[key, flight]]));
    return flight;
  }

  return function share(kind: string, key: string, signal: AbortSignal, start: () => Call<T>): Promise<T> {
    const known = kinds.get(kind)?.get(key);
    const call = known?.call ?? start();
    const flight = known ?? launch(kind, key, call);
    flight.waiting++;
    return answerUntil(call, signal, () => {
      flight.waiting--;
      if (flight.waiting > 0) return;
      call.abort(signal.reason);
      end(kind, key, flight);
    });
  };
}
