/** Which commands make up a run, and how often each is drawn. */
import fc from "fast-check";
import { Do, Place, TakeOffer, Wait, type Command } from "./commands.ts";
import { plain, support, type Deed } from "./deeds.ts";
import type { Card } from "./expected.ts";

const seed = fc.integer({ min: 0, max: 2 ** 31 - 1 });
const stubborn = fc.nat({ max: 6 }).map((draw) => draw === 6);
const cards: fc.Arbitrary<Card> = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Card>("pm_card_visa") },
  { weight: 1, arbitrary: fc.constantFrom<Card>("pm_card_chargeDeclined", "pm_card_captureDeclined") },
);
const wishes = fc
  .record({
    fulfilment: fc.constantFrom("DELIVERY" as const, "DELIVERY" as const, "PICKUP" as const),
    laterMinutes: fc.constantFrom(null, null, null, null, 90, 150),
    card: cards,
    withCode: fc.boolean(),
  })
  // What a card that is only saved does when it is declined is the provider's affair.
  .map((wish) => (wish.laterMinutes === null ? wish : { ...wish, card: "pm_card_visa" as const }));

const deedOf = (list: readonly Deed[]) =>
  fc.tuple(fc.constant(list), fc.nat({ max: 10_000 }), stubborn, seed).map((all): Command => new Do(...all));

const rare = ["reject", "cancel", "fail"];
const usual = plain.filter(({ name }) => !rare.includes(name));

/** What happens in one run: what brings orders on more often than what ends them, so that they get far. */
export const commands: fc.Arbitrary<Command[]> = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.tuple(wishes, seed).map((all): Command => new Place(...all)) },
    { weight: 14, arbitrary: deedOf(usual) },
    { weight: 1, arbitrary: deedOf(plain.filter(({ name }) => rare.includes(name))) },
    { weight: 1, arbitrary: deedOf(support.filter(({ name }) => name.startsWith("cancel"))) },
    // Rarely possible: the food must be on its way.
    { weight: 3, arbitrary: deedOf(support.filter(({ name }) => name.startsWith("giveUp"))) },
    { weight: 4, arbitrary: seed.map((each): Command => new TakeOffer(each)) },
    {
      weight: 2,
      arbitrary: fc.tuple(fc.constantFrom(0.5, 0.5, 6, 75, 1_500), seed).map((all): Command => new Wait(...all)),
    },
  ),
  { minLength: 1, maxLength: 60, size: "max" },
);
