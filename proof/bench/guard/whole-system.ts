/** The hostile inputs against a whole system with demo data, in one process. */
import { createSigner } from "../../../kit/access/identity.ts";
import { startTestSystem } from "../../e2e/system.ts";
import { loadSecrets } from "../../../deploy/embedded/keys.ts";
import { harmlessInputs, hostileInputs, nestedMenus } from "../../hostile/inputs.ts";
import { sendHostile } from "../../hostile/recorded.ts";
import { subgraphNames } from "../../../schema/subgraphs.ts";
import { measure, type Measured } from "./measure.ts";

const post = (query: string, variables?: object) => ({ body: JSON.stringify({ query, variables }) });

/** Large, and let through: what the limits allow has to be answered in good time. */
const allowed = [
  { name: "allowed: the menus of twenty restaurants", ...post(nestedMenus(1)) },
  {
    name: "allowed: menus of menus, two deep, of one restaurant",
    ...post(
      "query ($id: ID!) { restaurant(id: $id) { menu { items { restaurant { menu { items { name } } } } } } }",
      {},
    ),
  },
];

async function restaurantIds(url: string): Promise<string[]> {
  const { text } = await sendHostile(url, post("{ restaurants(first: 100) { edges { node { id } } } }"));
  const { data } = JSON.parse(text) as { data: { restaurants: { edges: { node: { id: string } }[] } } };
  return data.restaurants.edges.map(({ node }) => node.id);
}

/** Measures all of it in `folder`. */
export async function measureSystem(folder: string): Promise<Measured[]> {
  const system = await startTestSystem(folder, { ANTAR_SEED: "demo", CORS_ORIGINS: "http://app.test" });
  const url = system.url.replace(/\/graphql$/, "");
  const asked = async () => {
    const texts = await Promise.all(
      Object.values(system.subgraphs).map(async (base) => (await fetch(`${base}/metrics`)).text()),
    );
    return texts.reduce(
      (total, text) => total + Number(/graphql_requests_total\{[^}]*\} (\d+)/.exec(text)?.[1] ?? 0),
      0,
    );
  };
  try {
    const ids = await restaurantIds(url);
    const rows: Measured[] = [];
    const take = async (name: string, send: Parameters<typeof measure>[3]) => {
      const row = await measure(name, system.pid, asked, send);
      rows.push(row);
      console.error(`${row.name}: ${row.answer}, ${row.firstMs.toFixed(0)} ms, ${row.grownMb.toFixed(0)} MB`);
    };
    for (const input of [...hostileInputs, ...harmlessInputs]) await take(input.name, () => sendHostile(url, input));
    for (const { name, body } of allowed) {
      const { query } = JSON.parse(body) as { query: string };
      await take(name, () => sendHostile(url, post(query, { id: ids[0] })));
    }
    const sign = createSigner({
      issuer: "router",
      privateKey: (await loadSecrets(folder, ["router", ...subgraphNames], [])).identity["router"] ?? {},
    });
    const authorization = `Bearer ${await sign({ kind: "anonymous" }, "menu")}`;
    const representations = Array.from({ length: 1_000 }, (_each, n) => ({
      __typename: "Restaurant",
      id: ids[n % ids.length],
    }));
    for (const selection of [
      "id name",
      "menu { items { name } }",
      "menu { items { restaurant { menu { items { name } } } } }",
    ]) {
      const query = `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Restaurant { ${selection} } } }`;
      const sent = { ...post(query, { r: representations }), headers: { authorization } };
      await take(`straight to menu, a thousand representations: \`${selection}\``, () =>
        sendHostile(system.subgraphs["menu"] ?? "", sent),
      );
    }
    return rows;
  } finally {
    await system.stop();
  }
}
