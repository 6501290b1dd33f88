/**
 * Keeps the text of numbers in a document. The planner makes doubles of literals: those that would not come out as they went in
 * travel through it as variables, and stand in the steps again as they were written.
 */
import {
  Kind,
  getNullableType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isScalarType,
  parseType,
  print,
  stripIgnoredCharacters,
  visit,
  type ArgumentNode,
  type GraphQLArgument,
  type GraphQLInputType,
  type OperationDefinitionNode,
  type ValueNode,
  type VariableDefinitionNode,
} from "graphql";
import type { Step } from "../plan/steps.ts";

/** Whether a literal holds a number that a double would not give back. */
function isInexact(value: ValueNode): boolean {
  let found = false;
  const look = (node: { value: string }) => void (found ||= String(Number(node.value)) !== node.value);
  visit(value, { IntValue: look, FloatValue: look });
  return found;
}

/** Names of the variables in a value. */
function variablesIn(value: ValueNode): string[] {
  const names: string[] = [];
  visit(value, { Variable: ({ name }) => void names.push(name.value) });
  return names;
}

/** A definition without its default where a double would change that; it still fits everywhere that it fitted. */
function withoutInexactDefault({ defaultValue, type, ...rest }: VariableDefinitionNode): VariableDefinitionNode {
  if (!defaultValue || !isInexact(defaultValue)) return { ...rest, type, ...(defaultValue ? { defaultValue } : {}) };
  return { ...rest, type: type.kind === Kind.NON_NULL_TYPE ? type : { kind: Kind.NON_NULL_TYPE, type } };
}

const nameOf = (index: number): string => `_antar_literal_${index}`;

/** The literals of one operation that are kept. */
export class ExactLiterals {
  readonly #values = new Map<string, ValueNode>();
  readonly #definitions: VariableDefinitionNode[] = [];
  readonly #given: readonly VariableDefinitionNode[];

  constructor({ variableDefinitions = [] }: OperationDefinitionNode) {
    this.#given = variableDefinitions;
  }

  /** The definitions of the variables that the planner sees. */
  get definitions(): VariableDefinitionNode[] {
    return [...this.#given.map(withoutInexactDefault), ...this.#definitions];
  }

  /** Arguments with variables in the place of what a double would change. */
  hide(args: readonly ArgumentNode[], definitions: readonly GraphQLArgument[]): readonly ArgumentNode[] {
    return args.map((node) => {
      const type = isInexact(node.value) && definitions.find(({ name }) => name === node.name.value)?.type;
      return type ? { ...node, value: this.#hidden(node.value, type) } : node;
    });
  }

  #hidden(value: ValueNode, type: GraphQLInputType): ValueNode {
    if (!isInexact(value)) return value;
    const inner = getNullableType(type);
    if (isListType(inner) && value.kind === Kind.LIST)
      return { ...value, values: value.values.map((one) => this.#hidden(one, inner.ofType)) };
    if (isInputObjectType(inner) && value.kind === Kind.OBJECT) {
      const fields = value.fields.map((field) => {
        const known = inner.getFields()[field.name.value];
        return known ? { ...field, value: this.#hidden(field.value, known.type) } : field;
      });
      return { ...value, fields };
    }
    return isScalarType(inner) || isListType(inner) ? this.#variable(value, type) : value;
  }

  #variable(value: ValueNode, type: GraphQLInputType): ValueNode {
    const node = { kind: Kind.VARIABLE as const, name: { kind: Kind.NAME as const, value: nameOf(this.#values.size) } };
    this.#values.set(node.name.value, value);
    // Of a place that takes null, a list as well as its only element: the literal's own type is told by its place.
    const named = parseType(String(isNonNullType(type) ? type : getNullableType(type)));
    this.#definitions.push({ kind: Kind.VARIABLE_DEFINITION, variable: node, type: named });
    return node;
  }

  /** A step with its literals, and the defaults of its variables, as they were written. */
  restored(step: Step): Step {
    const defaults = this.#given.filter(({ defaultValue }) => defaultValue && isInexact(defaultValue));
    if (this.#values.size + defaults.length === 0) return step;
    const variables = new Set(step.variables.flatMap((name) => this.#behind(name)));
    const document = visit(step.document, {
      OperationDefinition: (node) => {
        const own = (node.variableDefinitions ?? []).filter(({ variable }) => !this.#values.has(variable.name.value));
        const known = new Set(own.map(({ variable }) => variable.name.value));
        const added = this.#given.filter(
          ({ variable: { name } }) => variables.has(name.value) && !known.has(name.value),
        );
        const defined = own.map(
          (one) => defaults.find((given) => given.variable.name.value === one.variable.name.value) ?? one,
        );
        return { ...node, variableDefinitions: [...defined, ...added] };
      },
      Variable: { leave: ({ name }) => this.#values.get(name.value) },
    });
    return { ...step, document, operation: stripIgnoredCharacters(print(document)), variables: [...variables] };
  }

  /** The client's variables that stand in a step for one of its variables. */
  #behind(name: string): string[] {
    const value = this.#values.get(name);
    return value ? variablesIn(value) : [name];
  }
}
