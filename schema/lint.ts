/** `npm run schema:lint [-- --json]`: judges every contract by the conventions of the graph. */
import { join } from "node:path";
import { readCommandLine } from "../kit/server/command.ts";
import * as graphqlEslint from "@graphql-eslint/eslint-plugin";
import { ESLint, type Linter } from "eslint";
import { compose } from "./compose.ts";
import { ownRules } from "./lint-rules.ts";
import { CompositionError } from "./sources.ts";
import { subgraphNames } from "./subgraphs.ts";

/** One broken rule; line and column count from 1. */
export type Finding = { file: string; line: number; column: number; rule: string; message: string };

const names = "PascalCase";
const libraryRules: Linter.RulesRecord = {
  "@graphql-eslint/require-description": [
    "error",
    {
      types: true,
      FieldDefinition: true,
      InputValueDefinition: true,
      EnumValueDefinition: true,
      DirectiveDefinition: true,
      // One subgraph describes an entity and its key for all (antar/entity-description); the root types are the specification's.
      ignoredSelectors: [
        "ObjectTypeDefinition:has(> Directive[name.value=key])",
        "ObjectTypeDefinition:has(> Directive[name.value=key]) > FieldDefinition[name.value=id]",
        "FieldDefinition:has(> Directive[name.value=external])",
        "ObjectTypeDefinition[name.value=/^(Query|Mutation|Subscription)$/]",
      ],
    },
  ],
  "@graphql-eslint/naming-convention": [
    "error",
    {
      types: names,
      FieldDefinition: "camelCase",
      InputValueDefinition: "camelCase",
      Argument: "camelCase",
      DirectiveDefinition: "camelCase",
      EnumValueDefinition: "UPPER_CASE",
      "FieldDefinition[parent.name.value=Query]": { forbiddenPrefixes: ["query", "get"], forbiddenSuffixes: ["Query"] },
      "FieldDefinition[parent.name.value=Mutation]": { forbiddenSuffixes: ["Mutation"] },
    },
  ],
  "@graphql-eslint/relay-connection-types": "error",
  // Edges need no Node interface: two subgraphs that declare `node` do not compose. Plain lists are judged by antar/bounded-list.
  "@graphql-eslint/relay-edge-types": ["error", { shouldImplementNode: false, listTypeCanWrapOnlyEdgeType: false }],
  "@graphql-eslint/relay-page-info": "error",
  "@graphql-eslint/relay-arguments": ["error", { includeBoth: true }],
  "@graphql-eslint/no-unreachable-types": "error",
  "@graphql-eslint/no-scalar-result-type-on-mutation": "error",
  "@graphql-eslint/no-hashtag-description": "error",
  "@graphql-eslint/unique-enum-value-names": "error",
  "@graphql-eslint/require-deprecation-reason": "error",
  "@graphql-eslint/input-name": ["error", { checkInputType: true, caseSensitiveInputType: false }],
  "@graphql-eslint/alphabetize": "off",
};

const configOf = (supergraph: string): Linter.Config[] => [
  {
    files: ["**/*.graphql"],
    plugins: {
      "@graphql-eslint": { rules: graphqlEslint.rules } as never,
      antar: { rules: ownRules } as never,
    },
    languageOptions: {
      parser: graphqlEslint.parser as never,
      parserOptions: { graphQLConfig: { schema: supergraph } },
    },
    rules: {
      ...libraryRules,
      ...Object.fromEntries(Object.keys(ownRules).map((name) => [`antar/${name}`, "error"])),
    },
  },
];

/** Every finding in the contracts of the graph and schema/shared.graphql under `root`, by place. Throws CompositionError when the graph does not compose. */
export async function lintSchema(root: string): Promise<Finding[]> {
  const eslint = new ESLint({
    cwd: root,
    overrideConfigFile: true,
    overrideConfig: configOf(compose(root).supergraph),
    allowInlineConfig: false,
  });
  const results = await eslint.lintFiles([
    ...subgraphNames.map((name) => `subgraphs/${name}/schema.graphql`),
    "schema/shared.graphql",
  ]);
  return results.flatMap(({ filePath, messages }) =>
    messages.map(({ line, column, ruleId, message }) => ({
      file: filePath.slice(root.length + 1),
      line,
      column,
      rule: ruleId ?? "parse",
      message,
    })),
  );
}

if (import.meta.main) {
  const { json } = readCommandLine({
    name: "npm run schema:lint",
    does: "Checks the conventions of the graph over every contract; exits with 1 on a violation.",
    options: { json: { kind: "flag", help: "print the violations as JSON" } },
  }).values;
  try {
    const findings = await lintSchema(join(import.meta.dirname, ".."));
    if (json) console.log(JSON.stringify(findings, null, 2));
    else {
      for (const { file, line, column, rule, message } of findings)
        console.error(`${file}:${line}:${column} ${rule} ${message}`);
      console.log(`${findings.length} violations of the graph's conventions`);
    }
    if (findings.length > 0) process.exitCode = 1;
  } catch (error) {
    console.error(error instanceof CompositionError ? error.message : error);
    process.exitCode = 1;
  }
}
