/** Whether an answer is right: what differs from the oracles, and which of it is documented. */
import { tell, type Answer, type Told } from "./answer.ts";
import { documented, type Difference, type Situation, type dataDifferences } from "./documented.ts";
import type { Fault } from "./faults.ts";
import { begins, leadsSomewhere, losses, type Path } from "./situation.ts";

/** The finding on one case: what is wrong, and the names of documented differences that were met. */
export type Finding = { readonly wrong: readonly string[]; readonly documented: readonly string[] };

const text = (value: unknown): string => (value === undefined ? "(no data)" : JSON.stringify(value));
const keyOf = ({ path, kind }: Told): string => `${path === undefined ? "(no path)" : JSON.stringify(path)} ${kind}`;
const without = (errors: readonly Told[], others: readonly Told[]): Told[] => {
  const known = new Set(others.map(keyOf));
  return errors.filter((error) => !known.has(keyOf(error)));
};

/** The first documented difference that covers an error which only one engine tells. */
const covering = (error: Told, side: "engine" | "oracle", situation: Situation): Difference | undefined =>
  documented.find((one) => (one.side === side || one.side === "either") && one.covers(error, situation, side));

function compareErrors(situation: Situation): Finding {
  const wrong: string[] = [];
  const met: string[] = [];
  const sides = [
    ["engine", without(situation.engine.errors, situation.oracle.errors)],
    ["oracle", without(situation.oracle.errors, situation.engine.errors)],
  ] as const;
  for (const [side, errors] of sides)
    for (const error of errors) {
      const difference = covering(error, side, situation);
      if (difference) met.push(difference.name);
      else wrong.push(`only the ${side} tells ${tell(error)}`);
    }
  return { wrong, documented: met };
}

type Judged = { readonly engine: Answer; readonly oracle: Answer; readonly truth: Answer };

/**
 * Whether an error that both tell accounts for what only the engine lost: there or below it; or above, where the oracle lost
 * parts of the same (a field that several subgraphs have was asked of another one, so that null goes up from another place); or at a key that only the engine asked for there.
 */
function accounted(path: Path, lostByOracle: readonly Path[], { engine, oracle, truth }: Judged): boolean {
  const isHidden = (place: Path): boolean => !leadsSomewhere(truth.data, place);
  const partly = lostByOracle.some((known) => begins(known, path));
  return engine.errors.some(
    ({ path: place, kind }) =>
      place !== undefined &&
      oracle.errors.some(
        (other) => other.kind === kind && (partly || isHidden(place) || String(other.path) === String(place)),
      ) &&
      (begins(place, path) || (partly && begins(path, place))),
  );
}

const fieldsOf = (path: Path): Path => path.filter((step) => typeof step === "string");

/**
 * Whether an error at the object, which both tell there, took it along with what was asked for in the same fetch. An outage
 * has no place with the oracle; what that lost of such objects says where it struck.
 */
const fetchedTogether = (path: Path, lostByOracle: readonly Path[], { engine, oracle }: Judged): boolean =>
  engine.errors.some(({ path: place, kind }) => {
    if (place === undefined || !begins(path, place)) return false;
    const same = oracle.errors.filter((other) => other.kind === kind);
    const isThere = same.some((other) => String(other.path) === String(place));
    const isSomewhere = same.some((other) => other.path === undefined);
    return isThere || (isSomewhere && lostByOracle.some((known) => begins(fieldsOf(known), fieldsOf(place))));
  });

/** The difference that accounts for other data: "keeps-more" where the engine lost nothing but what the oracle lost as well, or what an error that both tell makes null. */
function dataDifference(judged: Judged): (typeof dataDifferences)[number] | undefined {
  const { engine, oracle, truth } = judged;
  const lostByOracle = losses(truth.data, oracle.data);
  const { lost, other } = losses(truth.data, engine.data);
  if (other.length > 0 || lostByOracle.other.length > 0) return undefined;
  const open = lost.filter(
    (path) => !lostByOracle.lost.some((known) => begins(path, known)) && !accounted(path, lostByOracle.lost, judged),
  );
  if (open.length === 0) return "keeps-more";
  return open.every((path) => fetchedTogether(path, lostByOracle.lost, judged)) ? "fetched-together" : undefined;
}

/** Compares the engine's answer with that of an oracle: data exactly, in the same order; errors as sets. */
export function compare(engine: Answer, oracle: Answer, rest: Omit<Situation, "engine" | "oracle">): Finding {
  const errors = compareErrors({ ...rest, engine, oracle });
  if (text(engine.data) === text(oracle.data)) return errors;
  const difference = rest.kind === "stock" && rest.truth && dataDifference({ engine, oracle, truth: rest.truth });
  if (difference) return { ...errors, documented: [...errors.documented, difference] };
  return { ...errors, wrong: [`data differs: ${text(engine.data)} instead of ${text(oracle.data)}`, ...errors.wrong] };
}

/** The kind of the error for a condition whose variable is null. */
const refusedCondition = "null for a non-null argument";

/** Faults that take something away without a word. */
const silent: readonly Fault["effect"][] = ["null", "holes"];

/** Whether an error at `told` can account for the null at `path`: it lies there, below, or in an object on the way, of what a field on the way requires. */
const accountsFor = (told: Path, path: Path): boolean =>
  begins(path, told) ||
  path.some((step, depth) => depth > 0 && typeof step === "string" && begins(told, path.slice(0, depth)));

/**
 * What cannot be right in an answer under faults, whatever stock gateway says: something other than the truth or null,
 * and a loss that no error accounts for though every fault was one that is told.
 */
export function implausible(answer: Answer, truth: Answer, faults: readonly Fault[]): string[] {
  if (truth.data === undefined) return [];
  const { lost, other } = losses(truth.data, answer.data);
  // Without faults a null condition below made it null; a fault may leave nothing there that the condition could refuse.
  const isRefused = (path: Path): boolean =>
    truth.errors.some(({ path: place, kind }) => kind === refusedCondition && begins(place ?? [], path));
  const invented = other
    .filter((path) => !isRefused(path))
    .map((path) => `at ${path.join(".")} stands what never was true`);
  if (faults.some(({ effect }) => silent.includes(effect))) return invented;
  const told = (path: Path): boolean =>
    answer.errors.some(
      (error) => error.path === undefined || begins(error.path, path) || accountsFor(error.path, path),
    );
  return [
    ...invented,
    ...lost.filter((path) => !told(path)).map((path) => `no error tells why ${path.join(".") || "data"} is null`),
  ];
}
