/** One person at one client in a browser: an access token in memory, the refresh token in a cookie, registered operations only. */
import { until } from "../../../demo/order/graphql.ts";
import { leak } from "../door.ts";
import type { Registered } from "./registered.ts";

/** Where the clients are served from; the router has to allow it. */
export const clientOrigin = "http://localhost:5173";

/** Longest wait for what other services have to do first, milliseconds. */
const patienceMs = 120_000;

/** Whoever signs in or renews has no token that still counts. */
const withoutToken = new Set(["Register", "SignIn", "Refresh"]);

type Outcome = { __typename?: string; accessToken?: string } | null;
type Data = Record<string, Outcome>;

/** The root fields of `data` that are not as they should be: null, or a result of another type than `outcome` (default: the success). */
function astray(data: Data, outcome: string | undefined): string[] {
  return Object.entries(data).flatMap(([field, value]) => {
    if (value === null) return [`${field} is null`];
    const type = value.__typename;
    if (type === undefined) return [];
    const fits = outcome === undefined ? type.endsWith("Success") : type === outcome;
    return fits ? [] : [`${field} is ${JSON.stringify(value)}`];
  });
}

/** A browser window of `client`. */
export class Browser {
  readonly client: string;
  readonly #url: string;
  readonly #registered: Registered;
  #token: string | undefined;
  #cookie: string | undefined;

  constructor(url: string, registered: Registered, client: string) {
    this.#url = url;
    this.#registered = registered;
    this.client = client;
  }

  /** The refresh cookie as `name=value`; undefined when there is none. */
  get cookie(): string | undefined {
    return this.#cookie;
  }

  #post(name: string, variables: object): Promise<Response> {
    return fetch(this.#url, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        origin: clientOrigin,
        ...(this.#cookie ? { cookie: this.#cookie } : {}),
        ...(this.#token && !withoutToken.has(name) ? { authorization: `Bearer ${this.#token}` } : {}),
      },
      body: JSON.stringify({ query: this.#registered.document(this.client, name), variables }),
    });
  }

  /** Sends the registered operation, after renewing a session that ran out; throws when the answer has errors or tells about the inside. */
  async #send(name: string, variables: object): Promise<Data> {
    let response = await this.#post(name, variables);
    if (response.status === 401 && this.#cookie && !withoutToken.has(name)) {
      await this.#send("Refresh", { input: {} });
      response = await this.#post(name, variables);
    }
    const text = await response.text();
    const { data, errors } = JSON.parse(text) as { data?: Data; errors?: unknown };
    if (errors || !data) throw new Error(`${this.client}/${name}: ${text}`);
    // Pictures are the only addresses that clients are given.
    const found = leak(text.replaceAll(/"imageUrl":"[^"]*"/g, ""));
    if (found !== null) throw new Error(`${this.client}/${name} tells "${found}"`);
    this.#keep(response.headers.get("set-cookie"), data);
    return data;
  }

  #keep(cookie: string | null, data: Data): void {
    if (cookie) this.#cookie = cookie.split(";")[0];
    for (const value of Object.values(data)) if (value?.accessToken) this.#token = value.accessToken;
  }

  /** Runs an operation; throws unless its result is of type `outcome` (default: the success) and no root field is null. */
  async run<T>(name: string, variables: object = {}, outcome?: string): Promise<T> {
    const data = await this.#send(name, variables);
    const wrong = astray(data, outcome);
    if (wrong.length > 0) throw new Error(`${this.client}/${name}: ${wrong.join("; ")}`);
    this.#registered.done(this.client, name);
    return data as T;
  }

  /** Runs a query again and again until `holds`; throws with what was seen last when patience ends. */
  async watch<T>(name: string, variables: object, holds: (data: T) => boolean): Promise<T> {
    return until(`${this.client}/${name}`, patienceMs, () => this.run<T>(name, variables), holds);
  }

  /** Runs a mutation again and again while it is refused for what other services have not told yet. */
  async insist<T>(name: string, variables: object): Promise<T> {
    const read = () => this.#send(name, variables);
    const data = await until(
      `${this.client}/${name}`,
      patienceMs,
      read,
      (seen) => astray(seen, undefined).length === 0,
    );
    this.#registered.done(this.client, name);
    return data as T;
  }
}
