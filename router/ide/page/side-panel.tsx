/** GraphiQL's plugin with what this graph adds: sign-in as a demo role, and the registered operations of each client. */
import { useGraphiQL, useGraphiQLActions, type GraphiQLPlugin } from "@graphiql/react";
import { useState } from "react";
import { session, type Account } from "./session.ts";

export type Example = { client: string; name: string; query: string; variables: string };
/** What the router tells the page; `sandbox` is set where Apollo Sandbox is allowed. */
export type Setup = { endpoint: string; accounts: Account[]; examples: Example[]; sandbox?: string };

function SignIn({ accounts }: { accounts: readonly Account[] }) {
  const [state, setState] = useState("Nobody is signed in.");
  const choose = (email: string) => {
    const account = accounts.find((one) => one.email === email);
    setState("Signing in …");
    session.become(account).then(
      () => setState(account ? `Signed in as ${account.email}.` : "Nobody is signed in."),
      (error: unknown) => setState(error instanceof Error ? error.message : String(error)),
    );
  };
  return (
    <section>
      <h3>Ask as</h3>
      <select aria-label="Demo account" onChange={(event) => choose(event.target.value)}>
        <option value="">nobody</option>
        {accounts.map(({ role, email }) => (
          <option key={email} value={email}>
            {role} ({email})
          </option>
        ))}
      </select>
      <p role="status">{state}</p>
    </section>
  );
}

function Examples({ examples }: { examples: readonly Example[] }) {
  const queryEditor = useGraphiQL((state) => state.queryEditor);
  const variableEditor = useGraphiQL((state) => state.variableEditor);
  const { updateActiveTabValues } = useGraphiQLActions();
  const show = ({ query, variables }: Example) => {
    queryEditor?.setValue(query);
    variableEditor?.setValue(variables);
    updateActiveTabValues({ query, variables });
  };
  return [...new Set(examples.map(({ client }) => client))].map((client) => (
    <details key={client}>
      <summary>{client}</summary>
      <ul>
        {examples
          .filter((example) => example.client === client)
          .map((example) => (
            <li key={example.name}>
              <button type="button" className="graphiql-un-styled" onClick={() => show(example)}>
                {example.name}
              </button>
            </li>
          ))}
      </ul>
    </details>
  ));
}

/** The plugin for `setup`. */
export const sidePanel = (setup: Setup): GraphiQLPlugin => ({
  title: "Antar",
  icon: () => <span aria-hidden>A</span>,
  content: () => (
    <div>
      {setup.accounts.length > 0 && <SignIn accounts={setup.accounts} />}
      <h3>Operations of our clients</h3>
      <Examples examples={setup.examples} />
      <p>
        <a href="/docs">Reference of the schema</a>
        {setup.sandbox !== undefined && (
          <>
            {" · "}
            <a href={setup.sandbox}>Apollo Sandbox (online)</a>
          </>
        )}
      </p>
    </div>
  ),
});
