/** The people of the stories, each in a browser of their own. */
import { demoEmail, demoId, demoPassword } from "../../../demo/world/world.ts";
import { Browser } from "./browser.ts";
import { Registered } from "./registered.ts";

/** The restaurant of the stories. */
export const restaurantId = demoId("rst", 0);

/** What the stories share. */
export type World = {
  registered: Registered;
  /** Opens an empty browser of a client. */
  open(client: string): Browser;
  customer: Browser;
  owner: Browser;
  couriers: readonly [Browser, Browser, Browser];
  admin: Browser;
};

/** Somebody with a demo account, signed in with the client's own operation. */
async function signedIn(browser: Browser, email: string): Promise<Browser> {
  await browser.run("SignIn", { input: { email, password: demoPassword } });
  return browser;
}

/** Signs everyone in at `url`. */
export async function createWorld(url: string): Promise<World> {
  const registered = new Registered();
  const open = (client: string) => new Browser(url, registered, client);
  const courier = (n: number) => signedIn(open("courier"), demoEmail.courier(n));
  return {
    registered,
    open,
    customer: await signedIn(open("customer"), demoEmail.customer(0)),
    owner: await signedIn(open("restaurant"), demoEmail.owner(0)),
    couriers: [await courier(0), await courier(1), await courier(2)],
    admin: await signedIn(open("admin"), demoEmail.admin()),
  };
}
