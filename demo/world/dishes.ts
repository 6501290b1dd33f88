/**
 * What the demo world's restaurants are called and what they sell: a base and a manner per cuisine, combined by index.
 * Everything follows from indices alone, so that menus and the past orders that show them use the same names.
 */
import { demoId } from "./world.ts";
import { demoFirstName, demoFirstNames } from "./people.ts";

/** What a dish is called, and about what it costs in Jakarta, in thousands of rupiah. */
type Priced = readonly [name: string, thousands: number];

type Kitchen = {
  readonly cuisine: string;
  /** How a place of this kind is called; `*` stands for a person's name. */
  readonly sign: string;
  readonly mains: readonly Priced[];
  readonly manners: readonly string[];
  readonly sides: readonly Priced[];
};

const kitchens: readonly Kitchen[] = [
  {
    cuisine: "Indonesian",
    sign: "Warung Bu *",
    mains: [
      ["Nasi Goreng", 28],
      ["Mie Goreng", 26],
      ["Nasi Campur", 32],
      ["Sate Ayam", 35],
      ["Soto Ayam", 25],
    ],
    manners: ["Kampung", "Spesial", "Pedas"],
    sides: [
      ["Tahu Isi", 8],
      ["Tempe Mendoan", 9],
      ["Kerupuk Udang", 6],
      ["Perkedel Kentang", 8],
      ["Bakwan Sayur", 7],
    ],
  },
  {
    cuisine: "Padang",
    sign: "Rumah Makan Uda *",
    mains: [
      ["Rendang", 36],
      ["Ayam Pop", 30],
      ["Gulai Kikil", 34],
      ["Dendeng Balado", 38],
      ["Ikan Bakar", 40],
    ],
    manners: ["Minang", "Lado Mudo", "Santan"],
    sides: [
      ["Daun Singkong", 9],
      ["Sambal Ijo", 6],
      ["Telur Balado", 8],
      ["Keripik Balado", 10],
      ["Gulai Nangka", 9],
    ],
  },
  {
    cuisine: "Javanese",
    sign: "Dapur Mbok *",
    mains: [
      ["Gudeg", 30],
      ["Rawon", 36],
      ["Pecel", 22],
      ["Ayam Bakar", 34],
      ["Tongseng", 40],
    ],
    manners: ["Solo", "Komplit", "Areh"],
    sides: [
      ["Tahu Bacem", 7],
      ["Sambal Goreng Krecek", 8],
      ["Peyek Kacang", 8],
      ["Telur Pindang", 7],
      ["Urap", 10],
    ],
  },
  {
    cuisine: "Japanese",
    sign: "* Shokudo",
    mains: [
      ["Ramen", 58],
      ["Udon", 52],
      ["Donburi", 55],
      ["Katsu", 60],
      ["Teppan", 68],
    ],
    manners: ["Shoyu", "Miso", "Karai"],
    sides: [
      ["Gyoza", 32],
      ["Edamame", 24],
      ["Karaage", 34],
      ["Onigiri", 20],
      ["Tamagoyaki", 26],
    ],
  },
  {
    cuisine: "Pizza",
    sign: "Pizzeria *",
    mains: [
      ["Margherita", 72],
      ["Funghi", 80],
      ["Diavola", 86],
      ["Quattro Formaggi", 95],
      ["Tonno", 88],
    ],
    manners: ["Classica", "Bianca", "Doppia"],
    sides: [
      ["Focaccia", 28],
      ["Bruschetta", 32],
      ["Garlic Knots", 30],
      ["Insalata Verde", 35],
      ["Arancini", 38],
    ],
  },
  {
    cuisine: "Sundanese",
    sign: "Saung Teh *",
    mains: [
      ["Nasi Timbel", 32],
      ["Ayam Goreng", 28],
      ["Ikan Gurame", 75],
      ["Sate Maranggi", 36],
      ["Nasi Liwet", 30],
    ],
    manners: ["Lengkuas", "Cobek", "Kecombrang"],
    sides: [
      ["Karedok", 12],
      ["Lalapan", 8],
      ["Tahu Sumedang", 10],
      ["Pepes Jamur", 14],
      ["Sambal Terasi", 5],
    ],
  },
  {
    cuisine: "Chinese",
    sign: "Kedai Ko *",
    mains: [
      ["Bakmi", 32],
      ["Kwetiau", 34],
      ["Nasi Hainam", 45],
      ["Cap Cay", 36],
      ["Fuyunghai", 34],
    ],
    manners: ["Siram", "Seafood", "Lada Hitam"],
    sides: [
      ["Pangsit Goreng", 18],
      ["Siomay", 20],
      ["Lumpia", 16],
      ["Bakso Kuah", 22],
      ["Tauge Cah", 14],
    ],
  },
  {
    cuisine: "Burgers",
    sign: "* Burger Bar",
    mains: [
      ["Beef Burger", 62],
      ["Chicken Burger", 52],
      ["Tempeh Burger", 45],
      ["Fish Burger", 54],
      ["Mushroom Burger", 48],
    ],
    manners: ["Smash", "Sambal Matah", "Double"],
    sides: [
      ["Fries", 22],
      ["Onion Rings", 24],
      ["Coleslaw", 18],
      ["Sweet Potato Wedges", 25],
      ["Corn Ribs", 26],
    ],
  },
];

const drinks: readonly Priced[] = [
  ["Es Teh Manis", 6],
  ["Es Jeruk", 10],
  ["Kopi Tubruk", 9],
  ["Es Cendol", 14],
  ["Air Kelapa", 15],
];
const desserts: readonly Priced[] = [
  ["Pisang Goreng", 12],
  ["Klepon", 10],
  ["Es Campur", 16],
  ["Kue Lapis", 14],
  ["Martabak Manis", 30],
];

const kitchenOf = (restaurant: number): Kitchen => kitchens[restaurant % kitchens.length] as Kitchen;
const pick = <T>(list: readonly T[], index: number): T => list[index % list.length] as T;

/** Cuisines of a restaurant by its index: its own, and that of the country for the regional ones. */
export function demoCuisines(restaurant: number): string[] {
  const { cuisine } = kitchenOf(restaurant);
  return ["Padang", "Javanese", "Sundanese"].includes(cuisine) ? [cuisine, "Indonesian"] : [cuisine];
}

/** Name over a restaurant's door, different for every index; from the 321st on with a number, as chains have it. */
export function demoRestaurantName(restaurant: number): string {
  const round = Math.floor(restaurant / kitchens.length);
  const sign = kitchenOf(restaurant).sign.replace("*", demoFirstName(round));
  const branch = Math.floor(round / demoFirstNames.length);
  return branch === 0 ? sign : `${sign} ${branch + 1}`;
}

/** A dish of the demo world. */
export type DemoDish = {
  readonly section: string;
  readonly name: string;
  readonly description: string;
  /** About what such a dish costs anywhere, in thousands of rupiah; each restaurant has its own price near it. */
  readonly usualThousands: number;
};

/**
 * The n-th dish of a restaurant, names unique within 30. Every six dishes hold three mains, a side, a drink and a dessert,
 * so that short menus are balanced too.
 */
export function demoDish(restaurant: number, n: number): DemoDish {
  const { mains, manners, sides, cuisine } = kitchenOf(restaurant);
  const round = Math.floor(n / 6);
  const course = n % 6;
  const small = (section: string, list: readonly Priced[], description: string): DemoDish => {
    const [name, usualThousands] = pick(list, round);
    return { section, name, description, usualThousands };
  };
  if (course === 3) return small("Sides", sides, "A small plate to share.");
  if (course === 4) return small("Drinks", drinks, "Made when you order it.");
  if (course === 5) return small("Desserts", desserts, "Made this morning.");
  const main = round * 3 + Math.min(course, 2);
  const [base, usualThousands] = pick(mains, main + restaurant);
  const name = `${base} ${pick(manners, Math.floor(main / mains.length))}`;
  return { section: "Mains", name, description: `${cuisine} cooking, from our own kitchen.`, usualThousands };
}

/** Id of a restaurant's n-th dish; menus hold at most 100. */
export const demoItemId = (restaurant: number, n: number): string => demoId("itm", restaurant * 100 + n);

/** A choice that goes with a dish: name and price in minor units of each option. */
export type DemoChoice = {
  readonly name: string;
  readonly minChoices: number;
  readonly maxChoices: number;
  readonly options: readonly (readonly [name: string, priceMinor: number])[];
};

const spice: DemoChoice = {
  name: "Spice",
  minChoices: 0,
  maxChoices: 1,
  options: [
    ["Mild", 0],
    ["Medium", 0],
    ["Fiery", 0],
  ],
};
const extras: DemoChoice = {
  name: "Extras",
  minChoices: 0,
  maxChoices: 3,
  options: [
    ["Fried egg", 500_000],
    ["Extra rice", 600_000],
    ["Sambal", 200_000],
    ["Crackers", 300_000],
  ],
};
const portion: DemoChoice = {
  name: "Portion",
  minChoices: 1,
  maxChoices: 1,
  options: [
    ["Regular", 0],
    ["Large", 1_000_000],
  ],
};

/** Choices of the n-th dish. The first two mains of every six take what is optional; the third demands a portion. */
export const demoChoices = (n: number): readonly DemoChoice[] =>
  [[spice, extras], [extras], [portion, extras]][n % 6] ?? [];

const choiceIndex = (restaurant: number, n: number, choice: number): number => (restaurant * 100 + n) * 10 + choice;

/** Id of a dish's choice. */
export const demoChoiceId = (restaurant: number, n: number, choice: number): string =>
  demoId("mgr", choiceIndex(restaurant, n, choice));

/** Id of an option of a dish's choice. */
export const demoOptionId = (restaurant: number, n: number, choice: number, option: number): string =>
  demoId("mod", choiceIndex(restaurant, n, choice) * 10 + option);

/** What an order of the n-th dish cannot go without: the first options of its choices, as many as each demands. */
export function demoRequiredOptions(restaurant: number, n: number): { id: string; name: string; priceMinor: number }[] {
  return demoChoices(n).flatMap(({ minChoices, options }, choice) =>
    options
      .slice(0, minChoices)
      .map(([name, priceMinor], option) => ({ id: demoOptionId(restaurant, n, choice, option), name, priceMinor })),
  );
}
