import { expect, test } from "vitest";
import { json, listen } from "../../kit/server/http.ts";
import { firstAnswers } from "./first-answers.ts";

test("a start is over once the router has its keys and a search is answered, however often both fail before", async () => {
  const asked: string[] = [];
  const late = (name: string, bad: object, good: object) => () => {
    asked.push(name);
    const ok = asked.filter((each) => each === name).length > 2;
    return json(ok || name === "search" ? 200 : 503, ok ? good : bad);
  };
  const unavailable = { errors: [{ message: "away", extensions: { code: "SUBGRAPH_UNAVAILABLE" } }] };
  const router = await listen({
    host: "127.0.0.1",
    port: 0,
    maxBodyBytes: 10_000,
    onError: () => {},
    routes: {
      "GET /ready": late("ready", {}, {}),
      "POST /graphql": late("search", unavailable, { data: { restaurants: { edges: [] } } }),
    },
  });
  try {
    await firstAnswers(router.url);
    expect(asked).toEqual(["ready", "ready", "ready", "search", "search", "search"]);
  } finally {
    await router.stop();
  }
});
