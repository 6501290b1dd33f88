import { expect, test } from "vitest";
import { returnUrl } from "./return-url.ts";

test("the client's own origin, the setting's path, and the order", () => {
  expect(returnUrl("https://antar.test/paid?lang=id", "http://127.0.0.1:4100", "ord_1")).toBe(
    "http://127.0.0.1:4100/paid?lang=id&order=ord_1",
  );
});

test("the setting's origin where the client's is not known", () => {
  expect(returnUrl("https://antar.test/", null, "ord_1")).toBe("https://antar.test/?order=ord_1");
});

test("a path that looks like another host stays a path", () => {
  expect(new URL(returnUrl("https://antar.test//evil.test/x", "https://app.antar.test", "ord_1")).host).not.toBe(
    "evil.test",
  );
});
