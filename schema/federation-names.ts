/** Refuses other names for federation's directives: kit/access/authorize.ts enforces them by the names that the specification gives. */
import { Kind, visit, type ConstArgumentNode, type ConstDirectiveNode, type ConstValueNode } from "graphql";
import { placeOf, type Contract } from "./sources.ts";

const argumentOf = (directive: ConstDirectiveNode, name: string): ConstArgumentNode | undefined =>
  directive.arguments?.find((argument) => argument.name.value === name);

function renamedImports(value: ConstValueNode | undefined): ConstValueNode[] {
  if (value?.kind !== Kind.LIST) return [];
  return value.values.filter((entry) => {
    if (entry.kind !== Kind.OBJECT) return false;
    const text = (name: string) => {
      const found = entry.fields.find((field) => field.name.value === name)?.value;
      return found?.kind === Kind.STRING ? found.value : undefined;
    };
    return text("as") !== undefined && text("as") !== text("name");
  });
}

/** One line for each `@link` that renames a specification or what it imports, and for each `@federation__…` directive. */
export function refusedNames(contract: Contract): string[] {
  const problems: string[] = [];
  const refuse = (node: ConstDirectiveNode | ConstArgumentNode | ConstValueNode, what: string) =>
    problems.push(`${placeOf(contract, node)} RENAMED_DIRECTIVE: ${what}`);
  visit(contract.typeDefs, {
    Directive(node) {
      const directive = node as ConstDirectiveNode;
      const name = directive.name.value;
      if (name.includes("__")) refuse(directive, `write @${name.split("__").at(-1)}, imported by its own name`);
      if (name !== "link") return;
      const namespace = argumentOf(directive, "as");
      if (namespace) refuse(namespace, "a linked specification keeps its own name: remove `as`");
      for (const entry of renamedImports(argumentOf(directive, "import")?.value))
        refuse(entry, "an imported directive keeps its own name: import it as a string");
    },
  });
  return problems;
}
