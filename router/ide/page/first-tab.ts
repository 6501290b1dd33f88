/** What the editors show when the page opens: the tab that was open last, else the first example. */
import type { Example } from "./side-panel.tsx";

type Shown = { query: string; variables: string };

/** Where GraphiQL keeps its tabs. */
const storedTabs = "graphiql:tabState";

/** The tab that was open last; undefined on a first visit, and where what is kept cannot be read. */
function lastTab(stored: string | null): Shown | undefined {
  try {
    const { tabs, activeTabIndex } = JSON.parse(stored ?? "") as {
      tabs: Partial<Record<keyof Shown, string | null>>[];
      activeTabIndex: number;
    };
    const tab = tabs[activeTabIndex];
    return tab && { query: tab.query ?? "", variables: tab.variables ?? "" };
  } catch {
    return undefined;
  }
}

/** GraphiQL takes the query of a tab into its editor by itself, its variables only where they are given on their own. */
export function firstTab(examples: readonly Example[], storage: Pick<Storage, "getItem">): Shown | undefined {
  const first = examples.find(({ name }) => name === "SearchRestaurants") ?? examples[0];
  return lastTab(storage.getItem(storedTabs)) ?? first;
}
