import { expect, test } from "vitest";
import { firstTab } from "./first-tab.ts";

const example = { client: "customer", name: "SearchRestaurants", query: "query A { a }", variables: '{"a":1}' };
const other = { ...example, name: "Other", query: "query B { b }" };
const shown = (stored: string | null) => {
  const tab = firstTab([other, example], { getItem: () => stored });
  return tab && { query: tab.query, variables: tab.variables };
};
const first = { query: example.query, variables: example.variables };

test("a first visit shows the first example with its variables", () => {
  expect(shown(null)).toEqual(first);
});

test("a later visit shows the tab that was open last, with its variables", () => {
  const tabs = [
    { query: "{ c }", variables: null },
    { query: "{ d }", variables: '{"d":1}' },
  ];
  expect(shown(JSON.stringify({ tabs, activeTabIndex: 1 }))).toEqual({ query: "{ d }", variables: '{"d":1}' });
  expect(shown(JSON.stringify({ tabs, activeTabIndex: 0 }))).toEqual({ query: "{ c }", variables: "" });
});

test.for(["", "{", "null", '{"tabs":[],"activeTabIndex":0}'])(
  "what is kept and cannot be read (%s) counts as a first visit",
  (stored) => {
    expect(shown(stored)).toEqual(first);
  },
);
