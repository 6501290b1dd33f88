/** What the generator makes: a tree that shrinks well and always renders to a valid operation. */

/** A value for an argument, as a literal or through a variable. */
export type ValueTree =
  | { readonly kind: "leaf"; readonly value: string | number | boolean | null; readonly isEnum: boolean }
  /** A number as it is written. */
  | { readonly kind: "number"; readonly text: string }
  | { readonly kind: "list"; readonly items: readonly ValueTree[] }
  | { readonly kind: "object"; readonly fields: readonly (readonly [string, ValueTree])[] }
  | VariableTree;

/** A variable; each variation of the operation gives it the next of `values` (undefined: left out). */
export type VariableTree = {
  readonly kind: "variable";
  /** Its type, written as in GraphQL. */
  readonly type: string;
  readonly values: readonly (ValueTree | undefined)[];
  readonly fallback?: ValueTree | undefined;
};

/** `@skip` or `@include` on a literal or a variable. */
export type DirectiveTree = { readonly name: "skip" | "include"; readonly condition: ValueTree };

/** One selection; a `named` fragment becomes a fragment definition, spread `twice` where it says so. */
export type SelectionTree =
  | {
      readonly kind: "field";
      readonly name: string;
      /** The field's type, written as in GraphQL; two fields may share a response name only when it is the same. */
      readonly type: string;
      readonly alias: string | undefined;
      readonly args: readonly (readonly [string, ValueTree])[];
      readonly directives: readonly DirectiveTree[];
      readonly selections: readonly SelectionTree[] | undefined;
    }
  | {
      readonly kind: "fragment";
      readonly on: string;
      /** `inline` without a type condition is written for `bare`. */
      readonly form: "inline" | "bare" | "named";
      readonly directives: readonly DirectiveTree[];
      readonly selections: readonly SelectionTree[];
    }
  | { readonly kind: "introspection"; readonly text: string };

/** An operation of one graph. */
export type OperationTree = {
  readonly kind: "query" | "mutation";
  readonly named: boolean;
  readonly selections: readonly SelectionTree[];
  /** Spoils the variables of one variation, so that they cannot be coerced. */
  readonly spoil: Spoil | undefined;
};

/** Which variable (modulo their number) is given what nonsense, in which variation. */
export type Spoil = {
  readonly variation: number;
  readonly variable: number;
  readonly with: "object" | "text" | "null" | "list" | "nothing";
};
