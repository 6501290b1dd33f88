import { expect, test } from "vitest";
import { actOf, isAdmin, isSupport, personOf, userIdOf } from "./caller.ts";
import type { Caller } from "./identity.ts";

const person = (...roles: string[]): Caller => ({
  kind: "user",
  userId: "usr_1",
  sessionId: "ses_1",
  roles,
  scopes: [],
});
const others: Caller[] = [{ kind: "anonymous" }, { kind: "service", service: "orders" }];

test("only people have an id and can act", () => {
  const now = new Date(0);
  const request = { caller: person("customer"), clock: { now: () => now }, traceId: "t" };
  expect([userIdOf(request), personOf(request).sessionId, actOf(request)]).toEqual([
    "usr_1",
    "ses_1",
    { userId: "usr_1", now, traceId: "t" },
  ]);
  for (const caller of others) {
    expect(userIdOf({ caller })).toBeNull();
    expect(() => personOf({ caller })).toThrow(expect.objectContaining({ extensions: { code: "UNAUTHENTICATED" } }));
    expect(() => actOf({ ...request, caller })).toThrow();
  }
});

test.for([
  [[], false, false],
  [["customer", "courier"], false, false],
  [["support"], true, false],
  [["customer", "admin"], true, true],
] as const)("roles %j", ([roles, support, admin]) => {
  const asked = { caller: person(...roles) };
  expect([isSupport(asked), isAdmin(asked)]).toEqual([support, admin]);
});

test("no role makes a service or an anonymous caller support", () => {
  for (const caller of others) expect([isSupport({ caller }), isAdmin({ caller })]).toEqual([false, false]);
});
