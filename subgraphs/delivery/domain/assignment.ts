/** The assignment problem: who does what so that the total cost is least. */

/** A pairing that may not happen. */
export const forbidden = Number.POSITIVE_INFINITY;

/** Larger than any sum of real costs, so that leaving a row alone is always the last resort. */
const aloneCost = 1e9;

/**
 * For a matrix of costs (rows × columns; `forbidden` where a pair may not happen) the column of each row, or null.
 * First as many rows as possible are served, then the total cost is least. Each column is used once at most.
 * Source: the Hungarian method with potentials, O(rows² × columns) (Kuhn 1955; Jonker & Volgenant 1987).
 */
export function assign(costs: readonly (readonly number[])[]): (number | null)[] {
  const rows = costs.length;
  const columns = costs[0]?.length ?? 0;
  // Each row has a column of its own in which it is left alone, so that a full assignment always exists.
  const cost = (row: number, column: number): number =>
    column < columns
      ? Math.min(costs[row]?.[column] ?? forbidden, aloneCost * 2)
      : column === columns + row
        ? aloneCost
        : aloneCost * 2;
  const owner = solve(rows, columns + rows, cost);
  const answer: (number | null)[] = Array.from({ length: rows }, () => null);
  for (let column = 0; column < columns; column++) {
    const row = owner[column + 1] ?? 0;
    if (row > 0 && Number.isFinite(costs[row - 1]?.[column] ?? forbidden)) answer[row - 1] = column;
  }
  return answer;
}

type Search = {
  readonly columns: number;
  readonly cost: (row: number, column: number) => number;
  /** Row (1-based, 0 = none) of each 1-based column. */
  readonly owner: Int32Array;
  readonly rowPotential: Float64Array;
  readonly columnPotential: Float64Array;
};

/** Owners (1-based rows, 0 = none) of the 1-based columns in a least-cost full assignment. */
function solve(rows: number, columns: number, cost: (row: number, column: number) => number): Int32Array {
  const search: Search = {
    columns,
    cost,
    owner: new Int32Array(columns + 1),
    rowPotential: new Float64Array(rows + 1),
    columnPotential: new Float64Array(columns + 1),
  };
  for (let row = 1; row <= rows; row++) addRow(search, row);
  return search.owner;
}

/** Assigns one row more, moving others along the cheapest chain that ends in a free column. */
function addRow(search: Search, row: number): void {
  const { owner, columns } = search;
  const slack = new Float64Array(columns + 1).fill(Number.POSITIVE_INFINITY);
  const before = new Int32Array(columns + 1);
  const seen = new Uint8Array(columns + 1);
  owner[0] = row;
  let at = 0;
  do {
    seen[at] = 1;
    at = nearest(search, at, { slack, before, seen });
  } while (owner[at] !== 0);
  while (at !== 0) {
    const previous = before[at] ?? 0;
    owner[at] = owner[previous] ?? 0;
    at = previous;
  }
}

type Frontier = { readonly slack: Float64Array; readonly before: Int32Array; readonly seen: Uint8Array };

/** The unseen column with the least reduced cost, reached by the row that owns column `at`; potentials follow. */
function nearest(search: Search, at: number, { slack, before, seen }: Frontier): number {
  const { columns, cost, owner, rowPotential, columnPotential } = search;
  const current = owner[at] ?? 0;
  let least = Number.POSITIVE_INFINITY;
  let next = 0;
  for (let column = 1; column <= columns; column++) {
    if (seen[column]) continue;
    const reduced = cost(current - 1, column - 1) - (rowPotential[current] ?? 0) - (columnPotential[column] ?? 0);
    if (reduced < (slack[column] ?? 0)) {
      slack[column] = reduced;
      before[column] = at;
    }
    if ((slack[column] ?? 0) < least) {
      least = slack[column] ?? 0;
      next = column;
    }
  }
  for (let column = 0; column <= columns; column++) {
    if (seen[column]) {
      const taken = owner[column] ?? 0;
      rowPotential[taken] = (rowPotential[taken] ?? 0) + least;
      columnPotential[column] = (columnPotential[column] ?? 0) - least;
    } else slack[column] = (slack[column] ?? 0) - least;
  }
  return next;
}
