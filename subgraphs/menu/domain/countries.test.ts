import { expect, test } from "vitest";
import { countryOf, isCountry } from "./countries.ts";

test("zones lie in their countries, and some in none", () => {
  const zones = ["Asia/Jakarta", "Asia/Makassar", "Asia/Singapore", "Europe/Berlin", "Asia/Kuwait", "America/Chicago"];
  expect(zones.map(countryOf)).toEqual(["ID", "ID", "SG", "DE", "KW", "US"]);
  expect(["UTC", "Etc/GMT+7", "nowhere", ""].map(countryOf)).toEqual([null, null, null, null]);
});

test("countries are those that have a time zone, by their upper-case codes", () => {
  expect(["ID", "SG", "KW", "ZW", "AD"].map(isCountry)).toEqual([true, true, true, true, true]);
  expect(["id", "XX", "ZZ", "", "IDN", "I"].map(isCountry)).toEqual([false, false, false, false, false, false]);
});
