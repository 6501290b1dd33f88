/** The reference as static pages: plain HTML that needs no script, but for the search. Links are relative, so any folder can hold it. */
import { basics, guideFor } from "./guide.ts";
import type { Argument, DocsModel, DocsType, Member } from "./model.ts";

/** A file of the site. */
export type DocsFile = { mediaType: string; body: string };

const escapes: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const escape = (text: string): string => text.replaceAll(/[&<>"]/g, (character) => escapes[character] ?? "");

const fileOf = (name: string): string => `${name}.html`;

/** A type as written, its name a link where the site has it. */
function typeLink(model: DocsModel, written: string): string {
  return escape(written).replace(/\w+/, (name) =>
    model.types.has(name) ? `<a href="${fileOf(name)}">${name}</a>` : name,
  );
}

/** `Type.field(argument:)` as a link to its place. */
function coordinateLink(coordinate: string): string {
  const [type = "", member = ""] = coordinate.split(/[.(]/);
  return `<a href="${fileOf(type)}#${member}">${escape(coordinate)}</a>`;
}

const withCode = (description: string): string => escape(description).replaceAll(/`([^`]+)`/g, "<code>$1</code>");

const text = (description: string): string => (description === "" ? "" : `<p>${withCode(description)}</p>`);

const tags = (rules: readonly string[], subgraphs: readonly string[]): string =>
  [
    ...rules.map((rule) => `<span class="rule">${escape(rule)}</span>`),
    ...subgraphs.map((name) => `<span class="subgraph">${escape(name)}</span>`),
  ].join(" ");

const deprecation = (reason: string | undefined): string =>
  reason === undefined ? "" : `<p class="deprecated">Deprecated: ${escape(reason)}</p>`;

const withDefault = (value: string | undefined): string =>
  value === undefined ? "" : ` = <code>${escape(value)}</code>`;

const argumentRow = (model: DocsModel, one: Argument): string =>
  `<li><code>${one.name}: ${typeLink(model, one.type)}</code>${withDefault(one.defaultValue)}${text(one.description)}${deprecation(one.deprecated)}</li>`;

function memberSection(model: DocsModel, type: DocsType, member: Member): string {
  // Where every subgraph of the type serves it, the type's own line says so.
  const own = member.subgraphs.length > 0 ? member.subgraphs : type.kind === "object" ? type.subgraphs : [];
  const signature = member.type === undefined ? "" : `: ${typeLink(model, member.type)}`;
  const given = member.arguments.map((one) => argumentRow(model, one)).join("\n");
  return `<section id="${member.name}">
<h3><a href="#${member.name}"><code>${member.name}</code></a><code>${signature}</code>${withDefault(member.defaultValue)} ${tags(member.rules, own)}</h3>
${text(member.description)}${deprecation(member.deprecated)}${given === "" ? "" : `<ul>\n${given}\n</ul>`}
</section>`;
}

const page = (title: string, body: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<link rel="icon" href="data:,">
<link rel="stylesheet" href="style.css">
<title>${escape(title)} · Antar's graph</title>
<script src="search.js" defer></script>
</head>
<body>
<header><a href="index.html">Antar's graph</a> <a href="index.html#reference">Reference</a> <input id="search" type="search" placeholder="Search types and fields" aria-label="Search types and fields" hidden><ol id="results" hidden></ol></header>
<main>
${body}
</main>
</body>
</html>
`;

const list = (title: string, items: readonly string[]): string =>
  items.length === 0 ? "" : `<h2>${title}</h2>\n<ul>\n${items.map((item) => `<li>${item}</li>`).join("\n")}\n</ul>`;

const titles: Record<DocsType["kind"], string> = {
  object: "Fields",
  interface: "Fields",
  union: "",
  enum: "Values",
  input: "Fields",
  scalar: "",
};

function typePage(model: DocsModel, type: DocsType): string {
  const link = (name: string) => typeLink(model, name);
  const members = type.members.map((member) => memberSection(model, type, member)).join("\n");
  return page(
    type.name,
    [
      `<h1>${type.name} <small>${type.kind}</small></h1>`,
      `<p>${tags(type.rules, type.subgraphs)}</p>`,
      text(type.description),
      list("Implements", type.interfaces.map(link)),
      list(type.kind === "union" ? "One of" : "Implemented by", type.possible.map(link)),
      members === "" ? "" : `<h2>${titles[type.kind]}</h2>\n${members}`,
      list("Used by", type.usedBy.map(coordinateLink)),
    ]
      .filter((part) => part !== "")
      .join("\n"),
  );
}

/** The opening of the first page: what every client has to know, then each role's stories as steps. */
function guide(model: DocsModel): string {
  const has = (coordinate: string): boolean => {
    const [type = "", name] = coordinate.split(".");
    return model.types.get(type)?.members.some((member) => member.name === name) ?? false;
  };
  const roles = guideFor(has).map(({ role, stories }) => {
    const told = stories.map(({ title, steps }) => {
      const items = steps.map(([coordinate, purpose]) => `<li>${coordinateLink(coordinate)}: ${escape(purpose)}</li>`);
      return `<section><h4>${escape(title)}</h4><ol>${items.join("\n")}</ol></section>`;
    });
    return `<details open><summary><h3>${escape(role)}</h3></summary>\n<div class="stories">${told.join("\n")}</div></details>`;
  });
  const rules = `<ul>\n${basics.map((rule) => `<li>${withCode(rule)}</li>`).join("\n")}\n</ul>`;
  return [`<h2>For every client</h2>`, rules, roles.length > 0 ? `<h2>By role and story</h2>` : "", ...roles]
    .filter((part) => part !== "")
    .join("\n");
}

function indexPage(model: DocsModel): string {
  const types = [...model.types.values()];
  const roots = types.filter(({ name }) => ["Query", "Mutation", "Subscription"].includes(name));
  const deprecated = types.flatMap((type) =>
    type.members.flatMap((member) => (member.deprecated === undefined ? [] : [`${type.name}.${member.name}`])),
  );
  const rootList = roots.map((root) =>
    list(
      root.name,
      root.members.map(({ name, description }) => `${coordinateLink(`${root.name}.${name}`)} ${escape(description)}`),
    ),
  );
  const kinds = ["object", "interface", "union", "enum", "input", "scalar"] as const;
  const others = kinds.map((kind) =>
    list(
      `Types: ${kind}`,
      types.filter((type) => type.kind === kind && !roots.includes(type)).map(({ name }) => typeLink(model, name)),
    ),
  );
  return page(
    "Reference",
    [
      `<h1>Guide to the graph</h1>`,
      guide(model),
      `<h1 id="reference">Reference of the graph</h1>`,
      ...rootList,
      list("Deprecated", deprecated.map(coordinateLink)),
      ...others,
    ].join("\n"),
  );
}

const style = `:root{color-scheme:light dark}
body{font:1rem/1.5 system-ui,sans-serif;max-width:60rem;margin:0 auto;padding:0 1rem 4rem}
header{position:sticky;top:0;background:Canvas;padding:.75rem 0;border-bottom:1px solid GrayText}
input{font:inherit;width:20rem;max-width:60%}
small,.subgraph,.rule{font-size:.8rem;font-weight:normal;color:GrayText}
.subgraph,.rule{border:1px solid;border-radius:.75rem;padding:0 .5rem}
.rule{color:LinkText}
.deprecated{border-left:.25rem solid #b35900;padding-left:.5rem}
h3{margin-bottom:0;font-size:1rem}
summary h3{display:inline-block;font-size:1.1rem;margin:.5rem 0}
.stories{columns:18rem;column-gap:2rem}
.stories section{break-inside:avoid}
h4{margin:0;padding-top:.5rem}
.stories ol{margin:.25rem 0;padding-left:1.5rem}
#reference{scroll-margin-top:4rem}
section:target{outline:2px solid Highlight;outline-offset:.25rem}
#results{background:Canvas;margin:.25rem 0 0;max-height:60vh;overflow:auto}
`;

const search = `const input = document.getElementById("search");
const results = document.getElementById("results");
input.hidden = false;
let names;
input.addEventListener("focus", () => (names ??= fetch("search.json").then((answer) => answer.json())), { once: true });
input.addEventListener("input", async () => {
  names ??= fetch("search.json").then((answer) => answer.json());
  const wanted = input.value.trim().toLowerCase();
  const found = wanted === "" ? [] : (await names).filter((name) => name.toLowerCase().includes(wanted));
  const rank = (name) => (name.toLowerCase().split(".").at(-1).startsWith(wanted) ? 0 : 1);
  found.sort((a, b) => rank(a) - rank(b) || a.length - b.length);
  results.replaceChildren(
    ...found.slice(0, 50).map((name) => {
      const [type, member] = name.split(".");
      const link = document.createElement("a");
      link.href = member ? type + ".html#" + member : type + ".html";
      link.textContent = name;
      const item = document.createElement("li");
      item.append(link);
      return item;
    }),
  );
  results.hidden = found.length === 0;
});
`;

const html = (body: string): DocsFile => ({ mediaType: "text/html; charset=utf-8", body });

/** Every file of the site by name, `index.html` first. The same model gives the same bytes. */
export function docsSite(model: DocsModel): ReadonlyMap<string, DocsFile> {
  const types = [...model.types.values()];
  const names = types.flatMap(({ name, members }) => [name, ...members.map((member) => `${name}.${member.name}`)]);
  return new Map<string, DocsFile>([
    ["index.html", html(indexPage(model))],
    ...types.map((type) => [fileOf(type.name), html(typePage(model, type))] as const),
    ["style.css", { mediaType: "text/css; charset=utf-8", body: style }],
    ["search.js", { mediaType: "text/javascript; charset=utf-8", body: search }],
    ["search.json", { mediaType: "application/json; charset=utf-8", body: `${JSON.stringify(names)}\n` }],
  ]);
}
