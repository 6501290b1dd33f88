import { expect, test } from "vitest";
import { env } from "../env.ts";
import { feeTaxOf } from "./fee-tax.ts";

test.each([
  ["SG", 900],
  ["ID", 1_100],
  ["KW", 0],
  ["", 0],
  [null, 0],
])("fees in %s bear %d basis points", (country, bps) => {
  expect(feeTaxOf("ID=1100,SG=900", country)).toEqual({ country, bps });
});

test("the setting takes countries with their rates and nothing else", () => {
  const { FEE_TAX_BPS } = env.shape;
  expect(FEE_TAX_BPS.parse(undefined)).toContain("ID=1100");
  for (const right of ["ID=0", "ID=1100", "ID=1100,SG=900,MY=600"]) expect(FEE_TAX_BPS.parse(right)).toBe(right);
  const wrongs = [
    "",
    "1100",
    "id=1100",
    "ID=1100,",
    "ID=-1",
    "IDN=1100",
    "I=1100",
    "ID=ab",
    "ID=11000",
    "ID=",
    " ID=1100",
  ];
  for (const wrong of [...wrongs, ...wrongs.map((one) => `SG=900,${one}`), "xID=1100", "ID=1100x"])
    expect(FEE_TAX_BPS.safeParse(wrong).success).toBe(false);
});
