/**
 * What the demo world's restaurants are called and what they sell: a base and a manner per cuisine, combined by index.
 * Everything follows from indices alone, so that menus and the past orders that show them use the same names.
 */
import { demoId } from "./demo.ts";
import { demoFirstName, demoFirstNames } from "./demo-people.ts";

type Kitchen = {
  readonly cuisine: string;
  /** How a place of this kind is called; `*` stands for a person's name. */
  readonly sign: string;
  readonly mains: readonly string[];
  readonly manners: readonly string[];
  readonly sides: readonly string[];
};

const kitchens: readonly Kitchen[] = [
  {
    cuisine: "Indonesian",
    sign: "Warung Bu *",
    mains: ["Nasi Goreng", "Mie Goreng", "Nasi Campur", "Sate Ayam", "Soto Ayam"],
    manners: ["Kampung", "Spesial", "Pedas"],
    sides: ["Tahu Isi", "Tempe Mendoan", "Kerupuk Udang", "Perkedel Kentang", "Bakwan Sayur"],
  },
  {
    cuisine: "Padang",
    sign: "Rumah Makan Uda *",
    mains: ["Rendang", "Ayam Pop", "Gulai Kikil", "Dendeng Balado", "Ikan Bakar"],
    manners: ["Minang", "Lado Mudo", "Santan"],
    sides: ["Daun Singkong", "Sambal Ijo", "Telur Balado", "Keripik Balado", "Gulai Nangka"],
  },
  {
    cuisine: "Javanese",
    sign: "Dapur Mbok *",
    mains: ["Gudeg", "Rawon", "Pecel", "Ayam Bakar", "Tongseng"],
    manners: ["Solo", "Komplit", "Areh"],
    sides: ["Tahu Bacem", "Sambal Goreng Krecek", "Peyek Kacang", "Telur Pindang", "Urap"],
  },
  {
    cuisine: "Japanese",
    sign: "* Shokudo",
    mains: ["Ramen", "Udon", "Donburi", "Katsu", "Teppan"],
    manners: ["Shoyu", "Miso", "Karai"],
    sides: ["Gyoza", "Edamame", "Karaage", "Onigiri", "Tamagoyaki"],
  },
  {
    cuisine: "Pizza",
    sign: "Pizzeria *",
    mains: ["Margherita", "Funghi", "Diavola", "Quattro Formaggi", "Tonno"],
    manners: ["Classica", "Bianca", "Doppia"],
    sides: ["Focaccia", "Bruschetta", "Garlic Knots", "Insalata Verde", "Arancini"],
  },
  {
    cuisine: "Sundanese",
    sign: "Saung Teh *",
    mains: ["Nasi Timbel", "Ayam Goreng", "Ikan Gurame", "Sate Maranggi", "Nasi Liwet"],
    manners: ["Lengkuas", "Cobek", "Kecombrang"],
    sides: ["Karedok", "Lalapan", "Tahu Sumedang", "Pepes Jamur", "Sambal Terasi"],
  },
  {
    cuisine: "Chinese",
    sign: "Kedai Ko *",
    mains: ["Bakmi", "Kwetiau", "Nasi Hainam", "Cap Cay", "Fuyunghai"],
    manners: ["Siram", "Seafood", "Lada Hitam"],
    sides: ["Pangsit Goreng", "Siomay", "Lumpia", "Bakso Kuah", "Tauge Cah"],
  },
  {
    cuisine: "Burgers",
    sign: "* Burger Bar",
    mains: ["Beef Burger", "Chicken Burger", "Tempeh Burger", "Fish Burger", "Mushroom Burger"],
    manners: ["Smash", "Sambal Matah", "Double"],
    sides: ["Fries", "Onion Rings", "Coleslaw", "Sweet Potato Wedges", "Corn Ribs"],
  },
];

const drinks = ["Es Teh Manis", "Es Jeruk", "Kopi Tubruk", "Es Cendol", "Air Kelapa"];
const desserts = ["Pisang Goreng", "Klepon", "Es Campur", "Kue Lapis", "Martabak Manis"];

const kitchenOf = (restaurant: number): Kitchen => kitchens[restaurant % kitchens.length] as Kitchen;
const pick = (list: readonly string[], index: number): string => list[index % list.length] as string;

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
export type DemoDish = { readonly section: string; readonly name: string; readonly description: string };

/**
 * The n-th dish of a restaurant, names unique within 30. Every six dishes hold three mains, a side, a drink and a dessert,
 * so that short menus are balanced too.
 */
export function demoDish(restaurant: number, n: number): DemoDish {
  const { mains, manners, sides, cuisine } = kitchenOf(restaurant);
  const round = Math.floor(n / 6);
  const course = n % 6;
  if (course === 3) return { section: "Sides", name: pick(sides, round), description: "A small plate to share." };
  if (course === 4) return { section: "Drinks", name: pick(drinks, round), description: "Cold unless it says kopi." };
  if (course === 5) return { section: "Desserts", name: pick(desserts, round), description: "Made this morning." };
  const main = round * 3 + Math.min(course, 2);
  const name = `${pick(mains, main + restaurant)} ${pick(manners, Math.floor(main / mains.length))}`;
  return { section: "Mains", name, description: `${cuisine} cooking, from our own kitchen.` };
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
