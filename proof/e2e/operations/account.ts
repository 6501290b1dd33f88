/** A newcomer's account from registration to erasure, with what support does to it in between. */
import { demoEmail, demoLocation } from "../../../demo/world/world.ts";
import type { Browser } from "./browser.ts";
import { restaurantId, type World } from "./world.ts";

const email = "newcomer@antar.test";
const password = "a long first password";
const newPassword = "a longer second password";

const address = {
  label: "Home",
  phone: "+62 21 555 0100",
  line1: "Jalan Kenanga 7",
  city: "Jakarta",
  postalCode: "10110",
  location: demoLocation("customer", 3),
};

async function editAccount(newcomer: Browser): Promise<void> {
  await newcomer.run("UpdateProfile", { input: { displayName: "Nia Newcomer", phone: "+62 21 555 0101" } });
  await newcomer.run("UpdatePreferences", { input: { promotions: false, diet: ["HALAL"] } });
  const { addAddress } = await newcomer.run<{ addAddress: { address: { id: string } } }>("AddAddress", {
    input: address,
  });
  const addressId = addAddress.address.id;
  await newcomer.run("UpdateAddress", { input: { ...address, addressId, label: "Work" } });
  await newcomer.run("RemoveAddress", { input: { addressId } });
  await newcomer.run("ChangePassword", { input: { currentPassword: password, newPassword } });
}

async function favour(newcomer: Browser): Promise<void> {
  await newcomer.run("AddFavourite", { input: { restaurantId } });
  const { me } = await newcomer.run<{ me: { favourites: { id: string }[] } }>("Favourites");
  if (me.favourites[0]?.id !== restaurantId) throw new Error("the favourite is not on the list");
  await newcomer.run("RemoveFavourite", { input: { restaurantId } });
}

/** Support finds the newcomer, and tries everything that may be done to a person; roles change sessions, so they sign in again. */
async function support({ admin }: World, newcomer: Browser): Promise<string> {
  type Users = { users: { edges: { node: { id: string; email: string } }[] } };
  const { users } = await admin.run<Users>("SearchUsers", { search: email });
  const userId = users.edges.find(({ node }) => node.email === email)?.node.id;
  if (userId === undefined) throw new Error("the newcomer is not found");
  await admin.run("SetRoles", { input: { userId, roles: ["CUSTOMER", "COURIER"] } });
  await admin.run("SuspendUser", { input: { userId, reason: "Under suspicion" } });
  await newcomer.run("SignIn", { input: { email, password: newPassword } }, "AccountSuspendedError");
  await admin.run("ReinstateUser", { input: { userId } });
  await newcomer.run("SignIn", { input: { email, password: newPassword } });
  await admin.run("UserDetails", { id: userId });
  return userId;
}

/** From registration to a second name; answers the newcomer's window and id. */
export async function join(world: World): Promise<{ newcomer: Browser; userId: string; email: string }> {
  const newcomer = world.open("customer");
  await newcomer.run("Register", { input: { email, password, displayName: "Nia" } });
  await newcomer.run(
    "Register",
    { input: { email: demoEmail.customer(0), password, displayName: "X" } },
    "EmailTakenError",
  );
  await editAccount(newcomer);
  await favour(newcomer);
  return { newcomer, userId: await support(world, newcomer), email };
}

/** The newcomer takes their data and goes; the account is no longer there. */
export async function leave(newcomer: Browser): Promise<void> {
  const { myData } = await newcomer.run<{ myData: object }>("MyData");
  if (!JSON.stringify(myData).includes(email)) throw new Error("the export lacks the e-mail address");
  await newcomer.run("EraseMe", { input: { password: "wrong" } }, "InvalidCredentialsError");
  await newcomer.run("EraseMe", { input: { password: newPassword } });
  await newcomer.run("SignIn", { input: { email, password: newPassword } }, "InvalidCredentialsError");
}

/** Each client renews its session with the cookie alone, and ends it; the ended cookie renews nothing. */
export async function renewAndEnd(windows: readonly Browser[]): Promise<void> {
  for (const window of windows) {
    const before = window.cookie;
    await window.run("Refresh", { input: {} });
    if (window.cookie === before) throw new Error(`${window.client}: the refresh token was not rotated`);
    await window.run("SignOut", { input: {} });
    await window.run("Refresh", { input: {} }, "InvalidRefreshTokenError");
  }
}
