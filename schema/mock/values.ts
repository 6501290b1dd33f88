/** Realistic invented values by the name of a field, drawn from a generator that the field's place seeds. */
import { Faker, en, id_ID } from "@faker-js/faker";
import { demoCity, demoCurrency, demoTimeZone } from "../../demo/world/world.ts";
import { demoCuisines, demoDish, demoRestaurantName } from "../../demo/world/dishes.ts";

const dishName = (index: number) => demoDish(index % 60, index % 24).name;

/** What a scalar may be made from: a generator of its own, and when "now" is. */
type Draw = { faker: Faker; now: Date; index: number };

/** A generator that draws the same for the same seed. */
export function seeded(seed: number): Faker {
  const faker = new Faker({ locale: [id_ID, en] });
  faker.seed(seed);
  return faker;
}

const strings: [pattern: RegExp, draw: (draw: Draw) => string][] = [
  [/^(restaurantName|pickupName)$/, ({ index }) => demoRestaurantName(index % 320)],
  [/^(displayName|recipientName)$/, ({ faker }) => faker.person.fullName()],
  [/email/i, ({ index }) => `person${index}@antar.test`],
  [/phone/i, ({ faker }) => `+62812${faker.string.numeric(8)}`],
  [/^cuisines$/, ({ index }) => demoCuisines(index)[0] ?? ""],
  [/timeZone/, () => demoTimeZone],
  [/imageUrl|photoUrl/i, ({ index }) => `/images/${index % 40}.svg`],
  [/url$/i, ({ index }) => `https://antar.test/${index}`],
  [/line1|address/i, ({ faker }) => faker.location.streetAddress()],
  [/line2/, ({ faker }) => `Blok ${faker.string.alpha({ length: 1, casing: "upper" })}`],
  [/city/i, ({ index }) => demoCity(index)?.name ?? ""],
  [/postalCode/, ({ faker }) => faker.string.numeric(5)],
  [/code$/i, ({ faker }) => faker.string.numeric(4)],
  [/token/i, ({ faker }) => faker.string.alphanumeric(40)],
  [/cursor/i, ({ index }) => `cursor-${index}`],
  [/^(opens|closes)$/, ({ faker }) => faker.helpers.arrayElement(["08:00", "10:00", "21:00", "23:30"])],
  [/language/, () => "id"],
  [/section/, ({ faker }) => faker.helpers.arrayElement(["Mains", "Sides", "Drinks", "Desserts"])],
  [/^label$/, ({ faker }) => faker.helpers.arrayElement(["Home", "Office"])],
  [/comment|note|description|reason|message|why/i, ({ faker }) => faker.lorem.sentence()],
];

const names: Record<string, (draw: Draw) => string> = {
  Restaurant: ({ index }) => demoRestaurantName(index % 320),
  MenuItem: ({ index }) => dishName(index),
  OrderLine: ({ index }) => dishName(index),
  MenuSection: ({ faker }) => faker.helpers.arrayElement(["Mains", "Sides", "Drinks", "Desserts"]),
  ModifierGroup: ({ faker }) => faker.helpers.arrayElement(["Spice", "Size", "Extras"]),
  Modifier: ({ faker }) => faker.helpers.arrayElement(["Mild", "Hot", "Large", "Extra egg"]),
  Zone: ({ index }) => `Zone ${index % 20}`,
};

/** `QuoteExpiredError` as a sentence: `Quote expired.` */
const sentenceOf = (type: string): string => {
  const words = type
    .replace(/Error$/, "")
    .replaceAll(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase();
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
};

function text(type: string, field: string, draw: Draw): string {
  if (field === "message" && type.endsWith("Error")) return sentenceOf(type);
  if (field === "name") return names[type]?.(draw) ?? draw.faker.person.fullName();
  return strings.find(([pattern]) => pattern.test(field))?.[1](draw) ?? draw.faker.lorem.words(2);
}

function whole(field: string, { faker }: Draw): number {
  if (/rating|priceLevel/.test(field)) return faker.number.int({ min: 1, max: 4 });
  if (/meters/i.test(field)) return faker.number.int({ min: 200, max: 9_000 });
  if (/seconds/i.test(field)) return faker.number.int({ min: 300, max: 2_700 });
  if (/bps/i.test(field)) return faker.helpers.arrayElement([0, 1_000, 1_100]);
  if (/weekday/.test(field)) return faker.number.int({ min: 1, max: 7 });
  if (/count|total/i.test(field)) return faker.number.int({ min: 3, max: 400 });
  return faker.number.int({ min: 1, max: 5 });
}

function decimal(field: string, { faker }: Draw): number {
  if (field === "latitude") return faker.number.float({ min: -6.3, max: -6.1, fractionDigits: 5 });
  if (field === "longitude") return faker.number.float({ min: 106.7, max: 106.9, fractionDigits: 5 });
  return faker.number.float({ min: 3.4, max: 5, fractionDigits: 1 });
}

/** Past instants for what happened, coming ones for what is due. */
function instant(field: string, { faker, now }: Draw): Date {
  const ahead = /expires|due|estimated|scheduled|opensAt|readyAt/i.test(field);
  return new Date(now.getTime() + (ahead ? 1 : -1) * faker.number.int({ min: 60_000, max: 3_600_000 }));
}

/** A value for a scalar field; `type` is the type that has the field. Scalars that are not known here are answered with text. */
export function scalarValue(scalar: string, type: string, field: string, draw: Draw): unknown {
  switch (scalar) {
    case "ID":
      return `${type.toLowerCase()}_${draw.index}`;
    case "Boolean":
      return draw.faker.datatype.boolean({ probability: 0.8 });
    case "Int":
      return whole(field, draw);
    case "Float":
      return decimal(field, draw);
    case "SafeInt":
      return draw.faker.number.int({ min: 10, max: 180 }) * 100_000;
    case "Currency":
      return demoCurrency;
    case "DateTime":
      return instant(field, draw);
    case "LocalDate":
      return instant(field, draw).toISOString().slice(0, 10);
    case "JSON":
      return {};
    default:
      return text(type, field, draw);
  }
}
