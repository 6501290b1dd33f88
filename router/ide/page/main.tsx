/** The IDE: GraphiQL from our own files. */
import "@graphiql/react/setup-workers/vite";
import "graphiql/style.css";
import { GraphiQL, HISTORY_PLUGIN } from "graphiql";
import { createRoot } from "react-dom/client";
import { createFetcher } from "./fetcher.ts";
import { firstTab } from "./first-tab.ts";
import { session } from "./session.ts";
import { sidePanel, type Setup } from "./side-panel.tsx";

const setup = (await (await fetch("/ide/setup.json")).json()) as Setup;
session.use(setup.endpoint);
const panel = sidePanel(setup);
const first = firstTab(setup.examples, localStorage);

createRoot(document.getElementById("root") as HTMLElement).render(
  <GraphiQL
    fetcher={createFetcher(setup.endpoint) as never}
    plugins={[HISTORY_PLUGIN, panel]}
    visiblePlugin={panel}
    defaultEditorToolsVisibility="variables"
    {...(first ? { initialQuery: first.query, initialVariables: first.variables } : {})}
  />,
);
