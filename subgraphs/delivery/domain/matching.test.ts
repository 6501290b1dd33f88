import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { assign, forbidden } from "./assignment.ts";
import { matchBatch, scoreOf, type FreeCourier, type WaitingDelivery } from "./matching.ts";
import { cellOf, cellsAround, ringsAfter } from "./neighbourhood.ts";

const now = new Date("2026-06-01T05:00:00Z");
const rule = { metersPerSecond: 5, idleCreditBps: 1_000, idleCreditCapSeconds: 180 };

const point = fc.record({
  latitude: fc.double({ min: -6.26, max: -6.14, noNaN: true }),
  longitude: fc.double({ min: 106.76, max: 106.88, noNaN: true }),
});
const secondsAway = fc.integer({ min: -1_200, max: 1_800 });
const later = (seconds: number) => new Date(now.getTime() + seconds * 1000);

const deliveriesOf = fc
  .array(fc.record({ pickup: point, ready: secondsAway, rings: fc.integer({ min: 0, max: 4 }) }), { maxLength: 8 })
  .map((list) =>
    list.map(({ pickup, ready, rings }, n): WaitingDelivery => ({
      id: `dlv ${n}`,
      pickup,
      readyAt: later(ready),
      cells: new Set(cellsAround(pickup, rings)),
      barred: new Set(n % 3 === 0 ? ["cou 0"] : []),
    })),
  );
const couriersOf = fc
  .array(fc.record({ location: point, idle: fc.integer({ min: 0, max: 5_000 }) }), { maxLength: 8 })
  .map((list) =>
    list.map(({ location, idle }, n): FreeCourier => ({
      id: `cou ${n}`,
      location,
      cell: cellOf(location),
      idleSince: later(-idle),
    })),
  );

/** Best possible: most rows served, then least cost, by trying everything. */
function bruteForce(costs: number[][], row = 0, used = new Set<number>()): { served: number; cost: number } {
  if (row === costs.length) return { served: 0, cost: 0 };
  let best = bruteForce(costs, row + 1, used);
  for (const [column, cost] of (costs[row] ?? []).entries()) {
    if (used.has(column) || cost === forbidden) continue;
    const rest = bruteForce(costs, row + 1, new Set([...used, column]));
    const candidate = { served: rest.served + 1, cost: rest.cost + cost };
    if (candidate.served > best.served || (candidate.served === best.served && candidate.cost < best.cost))
      best = candidate;
  }
  return best;
}

describe("assign", () => {
  it("serves as many as possible at the least total cost", () => {
    const cost = fc.oneof(fc.integer({ min: -500, max: 5_000 }), fc.constant(forbidden));
    const matrix = fc
      .integer({ min: 0, max: 5 })
      .chain((columns) => fc.array(fc.array(cost, { minLength: columns, maxLength: columns }), { maxLength: 5 }));
    fc.assert(
      fc.property(matrix, (costs) => {
        const answer = assign(costs);
        const taken = answer.filter((column) => column !== null);
        expect(new Set(taken).size).toBe(taken.length);
        const total = answer.reduce(
          (sum: number, column, row) => sum + (column === null ? 0 : (costs[row]?.[column] ?? forbidden)),
          0,
        );
        expect({ served: taken.length, cost: total }).toEqual(bruteForce(costs));
      }),
    );
  });
});

describe("matchBatch", () => {
  it("gives each delivery and each courier one match at most, within the neighbourhood, never to a barred courier", () => {
    fc.assert(
      fc.property(deliveriesOf, couriersOf, (deliveries, couriers) => {
        const matches = matchBatch(deliveries, couriers, now, rule);
        expect(new Set(matches.map((match) => match.deliveryId)).size).toBe(matches.length);
        expect(new Set(matches.map((match) => match.courierId)).size).toBe(matches.length);
        for (const match of matches) {
          const delivery = deliveries.find(({ id }) => id === match.deliveryId);
          const courier = couriers.find(({ id }) => id === match.courierId);
          if (!delivery || !courier) throw new Error("matched with nobody");
          expect(delivery.cells.has(courier.cell) && !delivery.barred.has(courier.id)).toBe(true);
          expect(match.score).toEqual(scoreOf(delivery, courier, now, rule));
        }
      }),
    );
  });

  it("leaves nobody waiting beside a free courier of the neighbourhood", () => {
    fc.assert(
      fc.property(deliveriesOf, couriersOf, (deliveries, couriers) => {
        const matches = matchBatch(deliveries, couriers, now, rule);
        const free = couriers.filter(({ id }) => !matches.some((match) => match.courierId === id));
        for (const delivery of deliveries.filter(({ id }) => !matches.some((match) => match.deliveryId === id))) {
          expect(free.some((courier) => delivery.cells.has(courier.cell) && !delivery.barred.has(courier.id))).toBe(
            false,
          );
        }
      }),
    );
  });

  it("prefers, at the same place, who has waited longer", () => {
    const pickup = { latitude: -6.2, longitude: 106.8 };
    const courier = (id: string, idle: number): FreeCourier => ({
      id,
      location: pickup,
      cell: cellOf(pickup),
      idleSince: later(-idle),
    });
    const delivery = {
      id: "dlv",
      pickup,
      readyAt: now,
      cells: new Set(cellsAround(pickup, 0)),
      barred: new Set<string>(),
    };
    expect(matchBatch([delivery], [courier("new", 10), courier("old", 900)], now, rule)[0]?.courierId).toBe("old");
  });
});

describe("scoreOf", () => {
  it("is the sum of its parts; kitchen wait and lateness never come together; the credit is capped", () => {
    fc.assert(
      fc.property(deliveriesOf, couriersOf, (deliveries, couriers) => {
        for (const delivery of deliveries)
          for (const courier of couriers) {
            const score = scoreOf(delivery, courier, now, rule);
            expect(
              score.travelSeconds + score.kitchenWaitSeconds + score.latenessSeconds - score.idleCreditSeconds,
            ).toBe(score.totalSeconds);
            expect(score.kitchenWaitSeconds === 0 || score.latenessSeconds === 0).toBe(true);
            expect(score.idleCreditSeconds).toBeLessThanOrEqual(rule.idleCreditCapSeconds);
          }
      }),
    );
  });
});

describe("ringsAfter", () => {
  it("grows with the wait up to its limit", () => {
    const growth = { initial: 3, max: 7, secondsPerRing: 30 };
    expect([0, 29, 30, 119, 120, 9_999].map((seconds) => ringsAfter(seconds, growth))).toEqual([3, 3, 4, 6, 7, 7]);
  });
});
