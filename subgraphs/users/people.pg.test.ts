import { afterAll, beforeAll, expect, test } from "vitest";
import { newId } from "../../kit/id.ts";
import { userCaller } from "../../kit/testing/subgraph.ts";
import { demoEmail, demoId, demoLocation, demoPassword, demoUserId } from "../../demo/world/world.ts";
import { seed } from "./db/seed.ts";
import { testUsers } from "./testing.ts";

let users: Awaited<ReturnType<typeof testUsers>>;
beforeAll(async () => {
  users = await testUsers({
    orders: (_query, variables) => ({ ordersPersonalData: { of: variables.userId } }),
    menu: () => ({ menuPersonalData: [] }),
    payments: () => ({ paymentsPersonalData: null }),
  });
  await seed(users.db, "test", users.clock.now());
});
afterAll(() => users.stop());

const customer = (n: number) => userCaller(demoUserId.customer(n), "customer");
const owner = userCaller(demoUserId.owner(0), "customer");
const admin = userCaller(demoUserId.admin(), "admin");
const support = userCaller(demoUserId.support(), "support");
const orders = { kind: "service", service: "orders" } as const;
const restaurantId = demoId("rst", 0);

const street = {
  label: "Work",
  phone: "+62 812 3456 789",
  line1: "Jl. Melati 2",
  city: "Jakarta",
  postalCode: "10110",
};
const place = { ...street, location: { latitude: -6.2, longitude: 106.8 } };

test("the demo accounts sign in, and seeding again changes nothing", async () => {
  await seed(users.db, "test", users.clock.now());
  expect((await users.signIn(demoEmail.customer(0), demoPassword)).user).toMatchObject({
    id: demoUserId.customer(0),
    roles: ["CUSTOMER"],
  });
  expect((await users.signIn(demoEmail.courier(0), demoPassword)).user.roles).toEqual(["CUSTOMER", "COURIER"]);
  expect((await users.signIn(demoEmail.admin(), demoPassword)).user.roles).toEqual(["ADMIN"]);
});

test("orders gets a person's address; nobody else's address, and no other caller", async () => {
  const text =
    "query A($userId: ID!, $addressId: ID!) { addressForOrder(userId: $userId, addressId: $addressId) { addressId phone location { latitude longitude } } }";
  const own = { userId: demoUserId.customer(1), addressId: demoId("adr", 1) };
  const answer = await users.graphql(text, own, orders);
  expect(answer.data.addressForOrder).toMatchObject({
    addressId: own.addressId,
    location: demoLocation("customer", 1),
  });
  for (const addressId of [demoId("adr", 2), newId("adr"), "nonsense", "' or 1=1 --"]) {
    expect((await users.graphql(text, { ...own, addressId }, orders)).data).toEqual({ addressForOrder: null });
  }
  for (const caller of [
    customer(1),
    admin,
    { kind: "anonymous" } as const,
    { kind: "service", service: "menu" } as const,
  ]) {
    expect((await users.graphql(text, own, caller)).errors?.[0]?.extensions.code).toMatch(/FORBIDDEN|UNAUTHENTICATED/);
  }
});

test("references show everyone the name alone; self, support and admin see all", async () => {
  const text =
    "query E($r: [_Any!]!) { _entities(representations: $r) { ... on User { id displayName email phone roles status addresses { id } preferences { language } memberships { id } } ... on Address { line1 } } }";
  const variables = {
    r: [
      { __typename: "User", id: demoUserId.customer(2) },
      { __typename: "User", id: "nonsense" },
      { __typename: "User", id: newId("usr") },
      { __typename: "Address", id: demoId("adr", 2) },
    ],
  };
  const [person, bad, missing, address] = (await users.graphql(text, variables, customer(3))).data._entities;
  expect(person).toEqual({
    id: demoUserId.customer(2),
    displayName: expect.any(String),
    email: null,
    phone: null,
    roles: null,
    status: null,
    addresses: null,
    preferences: null,
    memberships: null,
  });
  expect([bad, missing, address]).toEqual([null, null, null]);
  for (const caller of [customer(2), support, admin]) {
    const [full, , , visible] = (await users.graphql(text, variables, caller)).data._entities;
    expect(full).toMatchObject({ email: demoEmail.customer(2), addresses: [{ id: demoId("adr", 2) }] });
    expect(visible).not.toBeNull();
  }
});

test("an address book is its owner's alone, and bounded", async () => {
  const added = await users.mutate(
    "addAddress",
    place,
    "... on AddAddressSuccess { address { id recipientName phone } }",
    customer(4),
  );
  expect(added.address.phone).toBe("+628123456789");
  const addressId = added.address.id;
  const changed = "... on UpdateAddressSuccess { address { label } } ... on InvalidInputError { field }";
  expect(
    await users.mutate("updateAddress", { ...place, addressId, label: "Studio" }, changed, customer(4)),
  ).toMatchObject({ address: { label: "Studio" } });
  for (const id of [addressId, newId("adr"), "nonsense"]) {
    expect((await users.mutate("updateAddress", { ...place, addressId: id }, changed, customer(5))).__typename).toBe(
      "NotFoundError",
    );
    expect((await users.mutate("removeAddress", { addressId: id }, "", customer(5))).__typename).toBe("NotFoundError");
  }
  const off = { ...place, location: { latitude: 120, longitude: 0 } };
  expect(await users.mutate("addAddress", off, "... on InvalidInputError { field }", customer(4))).toMatchObject({
    field: "input.location.latitude",
  });
  expect((await users.mutate("removeAddress", { addressId }, "", customer(4))).__typename).toBe("RemoveAddressSuccess");
  const many = await Promise.all(Array.from({ length: 22 }, () => users.mutate("addAddress", place, "", customer(6))));
  expect(many.filter((result) => result.__typename === "AddAddressSuccess")).toHaveLength(19);
});

test("profile and preferences change in part", async () => {
  expect(
    await users.mutate(
      "updateProfile",
      { displayName: "Tono" },
      "... on UpdateProfileSuccess { user { displayName phone } }",
      customer(7),
    ),
  ).toMatchObject({ user: { displayName: "Tono", phone: expect.stringMatching(/^\+62/) } });
  const selection =
    "... on UpdatePreferencesSuccess { user { preferences { language diet notifications { orderUpdates promotions } } } }";
  const result = await users.mutate(
    "updatePreferences",
    { diet: ["VEGAN", "HALAL", "VEGAN"], promotions: true },
    selection,
    customer(7),
  );
  expect(result.user.preferences).toEqual({
    language: "id",
    diet: ["HALAL", "VEGAN"],
    notifications: { orderUpdates: true, promotions: true },
  });
});

test("owners add and remove staff, outsiders and staff cannot, and the platform hears of it", async () => {
  const input = { email: demoEmail.customer(8), restaurantId };
  const member = "... on AddStaffSuccess { membership { id role } }";
  expect((await users.mutate("addStaff", input, member, customer(8))).__typename).toBe("NotFoundError");
  const added = await users.mutate("addStaff", input, member, owner);
  expect(added.membership.role).toBe("STAFF");
  expect(
    (await users.mutate("addStaff", { ...input, email: demoEmail.customer(9) }, member, customer(8))).__typename,
  ).toBe("NotFoundError");
  const target = { userId: demoUserId.owner(0), restaurantId };
  expect((await users.mutate("removeMember", target, "", customer(8))).__typename).toBe("NotFoundError");
  expect(
    (await users.mutate("removeMember", { ...target, userId: demoUserId.customer(8) }, "", owner)).__typename,
  ).toBe("RemoveMemberSuccess");
  const told = (await users.outbox()).filter((event) => event.aggregateId === added.membership.id);
  expect(told.map((event) => (event.data as { role: string | null }).role)).toEqual(["STAFF", null]);
  const text = "query M($id: ID!) { restaurantMembers(restaurantId: $id) { role user { id displayName email } } }";
  expect((await users.graphql(text, { id: restaurantId }, owner)).data.restaurantMembers).toHaveLength(1);
  expect((await users.graphql(text, { id: restaurantId }, customer(8))).data.restaurantMembers).toBeNull();
});

test("roles and suspension are for the platform's staff; a suspended person is out at once", async () => {
  const { refreshToken } = await users.signIn(demoEmail.customer(3), demoPassword);
  const userId = demoUserId.customer(3);
  await expect(users.mutate("setRoles", { userId, roles: ["ADMIN"] }, "", customer(3))).rejects.toThrow("FORBIDDEN");
  await expect(users.mutate("suspendUser", { userId, reason: "fraud" }, "", customer(3))).rejects.toThrow("FORBIDDEN");
  expect((await users.mutate("setRoles", { userId, roles: [] }, "", admin)).__typename).toBe("InvalidInputError");
  expect(
    await users.mutate(
      "setRoles",
      { userId, roles: ["COURIER", "CUSTOMER"] },
      "... on SetRolesSuccess { user { roles } }",
      admin,
    ),
  ).toMatchObject({ user: { roles: ["CUSTOMER", "COURIER"] } });
  expect(
    (await users.mutate("suspendUser", { userId: demoUserId.admin(), reason: "coup" }, "", support)).__typename,
  ).toBe("NotFoundError");
  expect((await users.mutate("suspendUser", { userId, reason: "fraud" }, "", support)).__typename).toBe(
    "SuspendUserSuccess",
  );
  expect((await users.refresh(refreshToken)).__typename).toBe("InvalidRefreshTokenError");
  expect((await users.signIn(demoEmail.customer(3), demoPassword)).__typename).toBe("AccountSuspendedError");
  expect((await users.signIn(demoEmail.customer(3), "wrong")).__typename).toBe("InvalidCredentialsError");
  expect((await users.mutate("reinstateUser", { userId }, "", support)).__typename).toBe("ReinstateUserSuccess");
});

test("support searches people page by page; customers cannot", async () => {
  const text =
    "query U($search: String, $first: Int!, $after: String) { users(search: $search, first: $first, after: $after) { edges { node { id email } } pageInfo { hasNextPage endCursor } } }";
  const found = (await users.graphql(text, { search: "OWNER1@", first: 5 }, support)).data.users;
  expect(found.edges.map((edge: { node: { email: string } }) => edge.node.email)).toEqual([demoEmail.owner(0)]);
  const seen = new Set<string>();
  for (let after: string | null = null, more = true; more;) {
    const page: any = (await users.graphql(text, { first: 7, after }, admin)).data.users; // eslint-disable-line typescript/no-explicit-any -- a test reads what it asked for
    for (const edge of page.edges) seen.add(edge.node.id);
    ({ hasNextPage: more, endCursor: after } = page.pageInfo);
  }
  const [count] = await users.sql`select count(*)::int as n from users`;
  expect(seen.size).toBe(count?.["n"]);
  expect((await users.graphql(text, { first: 5 }, customer(0))).errors?.[0]?.extensions.code).toBe("FORBIDDEN");
  for (const bad of [{ first: 0 }, { first: 101 }, { first: 5, after: "nonsense" }, { first: 5, search: "x" }]) {
    expect((await users.graphql(text, bad, admin)).errors?.[0]?.extensions.code).toBe("BAD_USER_INPUT");
  }
});

test("an export names the subgraph that could not answer, and holds no password", async () => {
  const answer = await users.graphql("{ myData }", {}, customer(0));
  expect(answer.data.myData).toMatchObject({ orders: { of: demoUserId.customer(0) }, missing: ["delivery"] });
  expect(JSON.stringify(answer.data.myData)).not.toContain("argon2");
});

test("erasure needs the password, empties the account and tells the platform", async () => {
  const { user, refreshToken } = await users.register("gone@example.test");
  const caller = userCaller(user.id, "customer");
  await users.mutate("addAddress", place, "", caller);
  expect((await users.mutate("eraseMe", { password: "wrong" }, "", caller)).__typename).toBe("InvalidCredentialsError");
  expect((await users.mutate("eraseMe", { password: "correct horse" }, "", caller)).__typename).toBe("EraseMeSuccess");
  expect((await users.refresh(refreshToken)).__typename).toBe("InvalidRefreshTokenError");
  expect((await users.signIn("gone@example.test")).__typename).toBe("InvalidCredentialsError");
  const types = (await users.outbox()).filter((event) => event.aggregateId === user.id).map((event) => event.type);
  expect(types).toEqual(["user.registered.v1", "user.erased.v1"]);
  const [left] =
    await users.sql`select count(*)::int as n from addresses where user_id = (select id from users where display_name = 'Erased user')`;
  expect(left?.["n"]).toBe(0);
  expect((await users.register("gone@example.test")).__typename).toBe("RegisterSuccess");
});
