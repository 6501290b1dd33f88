/**
 * Turns merged data into the response's data: one generated function per object, list and concrete type of the operation.
 * Nulls travel as the GraphQL specification says (6.4.4); each is explained once in `Completion`.
 */
import {
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isUnionType,
  type FieldNode,
  type GraphQLAbstractType,
  type GraphQLCompositeType,
  type GraphQLList,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type SelectionSetNode,
} from "graphql";
import {
  collectFields,
  collectParts,
  refusedCondition,
  type CollectedField,
  type CollectedParts,
  type DeferredFields,
  type SelectionScope,
} from "./collect-fields.ts";
import { generate, literal, read } from "./code.ts";
import type { Completion, DeferredWriter } from "./completion.ts";
import { hiddenTypes, hiddenValues } from "./hidden-values.ts";
import { leafTest } from "./leaf-values.ts";
import { firstPart } from "../defer/demand.ts";
import type { DeferredParts } from "../defer/deferred-parts.ts";

/** Makes the response's value of one merged value that is not null; undefined when it must become null, which is then explained already. */
export type Writer = (value: unknown, completion: Completion) => unknown;

/** Constants of one generated function. */
class Constants {
  readonly bound: Record<string, unknown> = {};
  readonly add = (value: unknown): string => {
    const name = `k${Object.keys(this.bound).length}`;
    this.bound[name] = value;
    return name;
  };
}

const selectionsOf = (nodes: readonly FieldNode[]) => nodes.map((node) => node.selectionSet);

/** Where the generated code is: depth of the path, code that enters the place, and its name for messages. */
type Place = {
  depth: number;
  enter: string;
  what: string;
  /** Code of one more argument for `Completion.wrong`: the object that the field is of; empty for an element of a list. */
  owner: string;
};

/** Where an object stands: depth of its path, its place without list indexes, and the part of the answer that it is written for. */
type Here = { depth: number; place: string; part: number };

/** Null, and no error, for what is hidden from clients: nothing went wrong. */
const hiddenCode = (constants: Constants, v: string, hidden: readonly string[]): string =>
  hidden.length > 0 ? `if(${constants.add(new Set(hidden))}.has(${v}))${v}=null;else ` : "";

/** Code that turns the variable `v` from what subgraphs gave into what the client gets, or runs `onBad` where null cannot stand. */
function valueCode(
  scope: SelectionScope,
  constants: Constants,
  v: string,
  type: GraphQLOutputType,
  writer: () => Writer,
  { depth, enter, what, owner }: Place,
  onBad: string,
): string {
  const nullable = !isNonNullType(type);
  const inner = isNonNullType(type) ? (type.ofType as GraphQLOutputType) : type;
  const fail = nullable ? `${v}=null;` : onBad;
  const wrong = `{${enter}c.wrong(${v},${depth},${literal(what)}${owner});${fail}}`;
  const ifNull = nullable ? `if(${v}===null||${v}===undefined)${v}=null;else ` : "";
  if (isLeafType(inner)) {
    const ifHidden = nullable && isEnumType(inner) ? hiddenCode(constants, v, hiddenValues(scope, inner)) : "";
    return `if(!(${leafTest(inner, v, constants.add)})){${ifNull}${ifHidden}${wrong}}`;
  }
  const taken = nullable ? "c.isAbsent=false;" : `${enter}c.refuse(${depth},${literal(what)});`;
  const call = `{${enter}${v}=${constants.add(writer())}(${v},c);if(${v}===undefined){${taken}${fail}}}`;
  return nullable ? `${ifNull}${call}` : `if(${v}===null||${v}===undefined)${wrong}else ${call}`;
}

/** Compiles the writers of one operation, for one set of values of its @skip and @include variables. */
class WriterCompiler {
  readonly #scope: SelectionScope;
  readonly #parts: DeferredParts | undefined;
  constructor(scope: SelectionScope, parts: DeferredParts | undefined) {
    this.#scope = scope;
    this.#parts = parts;
  }

  /** The writer of an object whose concrete type (or, failing that, abstract type) is `type`. */
  object(type: GraphQLCompositeType, sets: readonly (SelectionSetNode | undefined)[], here: Here): Writer {
    const refused = refusedCondition(this.#scope, type, sets);
    if (refused !== undefined) return (_object, completion) => completion.refused(here.depth, refused);
    const collected = this.#parts
      ? collectParts(this.#scope, type, sets)
      : { fields: collectFields(this.#scope, type, sets), deferred: [] };
    return this.#fields(type, collected, here);
  }

  #fields(type: GraphQLCompositeType, { fields, deferred }: CollectedParts, here: Here): Writer {
    const constants = new Constants();
    const members: string[] = [];
    const code = fields.map((field, index) => {
      // Computed, since `__proto__` as a plain name in a literal is no member.
      members.push(`[${literal(field.key)}]:v${index}`);
      return this.#field(constants, `v${index}`, type, field, here);
    });
    const writers = this.#deferred(type, deferred, here);
    if (writers.length > 0) code.push(`c.later(${constants.add(writers)},o,${here.depth});`);
    return generate(
      `function writeObject(o,c){const p=c.path;${code.join("")}return {${members.join(",")}};}`,
      constants.bound,
    );
  }

  /** The writers of what comes later; a part without fields of its own for this type is left out. */
  #deferred(type: GraphQLCompositeType, deferred: readonly DeferredFields[], here: Here): DeferredWriter[] {
    return deferred.flatMap((one): DeferredWriter[] => {
      const part = this.#parts?.find(here.part, here.place, one.directive) ?? firstPart;
      const inner = { ...here, part };
      if (one.fields.length === 0) return this.#deferred(type, one.deferred, inner);
      return [{ part, write: this.#fields(type, one, inner) }];
    });
  }

  /** Declares the variable `v` and gives it the field's value. */
  #field(
    constants: Constants,
    v: string,
    type: GraphQLCompositeType,
    { key, nodes }: CollectedField,
    here: Here,
  ): string {
    const { depth } = here;
    const node = nodes[0] as FieldNode;
    const name = node.name.value;
    if (name === "__typename") {
      // An abstract type here means that the real one is not known: there is no truthful answer.
      if (!isObjectType(type)) return `return c.missing(${depth},${literal(`object of type ${type.name}`)});`;
      return `const ${v}=${literal(type.name)};`;
    }
    if (name === SchemaMetaFieldDef.name || name === TypeMetaFieldDef.name)
      return `const ${v}=c.introspection.get(${literal(key)})??null;${name === SchemaMetaFieldDef.name ? `if(${v}===null)return undefined;` : ""}`;
    const definition = isUnionType(type) ? undefined : type.getFields()[name];
    if (!definition) return `const ${v}=null;`;
    const place = {
      depth: depth + 1,
      enter: `p[${depth}]=${literal(key)};`,
      what: `field ${type.name}.${name}`,
      owner: ",o",
    };
    const dataName = this.#scope.dataName(node, definition.args.length > 0);
    const below = { ...here, depth: depth + 1, place: `${here.place}/${dataName}` };
    const writer = () => this.#value(definition.type, nodes, below);
    const from = read("o", dataName);
    // A key that objects have under its own name is not asked for again under the client's.
    const plain = definition.args.length === 0 && dataName !== name && isLeafType(getNamedType(definition.type));
    const known = plain ? `if(${v}===undefined)${v}=${read("o", name)};` : "";
    return `let ${v}=${from};${known}${valueCode(this.#scope, constants, v, definition.type, writer, place, "return undefined;")}`;
  }

  #value(type: GraphQLOutputType, nodes: readonly FieldNode[], here: Here): Writer {
    const inner = isNonNullType(type) ? (type.ofType as GraphQLOutputType) : type;
    if (isListType(inner)) return this.#list(inner as GraphQLList<GraphQLOutputType>, nodes, here);
    return isObjectType(inner)
      ? this.#concrete(inner, nodes, here)
      : this.#abstract(inner as GraphQLAbstractType, nodes, here, !isNonNullType(type));
  }

  #list(type: GraphQLList<GraphQLOutputType>, nodes: readonly FieldNode[], here: Here): Writer {
    const { depth } = here;
    const constants = new Constants();
    const what = `list of ${getNamedType(type).name}`;
    const place = { depth: depth + 1, enter: `p[${depth}]=i;`, what: `element of a ${what}`, owner: "" };
    const writer = () => this.#value(type.ofType, nodes, { ...here, depth: depth + 1 });
    const code = valueCode(this.#scope, constants, "v", type.ofType, writer, place, "return undefined;");
    return generate(
      `function writeList(a,c){if(!isArray(a))return c.invalid(${depth},${literal(what)});const p=c.path,n=a.length,r=[];c.budget.take(n);let v;` +
        `for(let i=0;i<n;i++){v=a[i];${code}r.push(v);}return r;}`,
      constants.bound,
    );
  }

  #concrete(type: GraphQLObjectType, nodes: readonly FieldNode[], here: Here): Writer {
    const { depth } = here;
    const write = this.object(type, selectionsOf(nodes), here);
    const { schema } = this.#scope;
    // Subgraphs may name their root types as they like.
    const isRoot = type === schema.getQueryType() || type === schema.getMutationType();
    const foreign = isRoot ? "false" : `(n=o.__typename)!=null&&n!==${literal(type.name)}`;
    return generate(
      `function checkObject(o,c){let n;if(typeof o!=="object"||isArray(o)||${foreign})return c.invalid(${depth},${literal(`object of type ${type.name}`)});return write(o,c);}`,
      { write },
    );
  }

  /** Chooses by `__typename`; writers of concrete types are made when first met, so at most one per type of the schema. */
  #abstract(declared: GraphQLAbstractType, nodes: readonly FieldNode[], here: Here, nullable: boolean): Writer {
    const { depth } = here;
    const writers = new Map<unknown, Writer>();
    const { schema } = this.#scope;
    const what = `object of type ${declared.name}`;
    const hidden = nullable ? hiddenTypes(this.#scope, declared) : new Set();
    const find = (name: unknown): Writer | undefined => {
      const isUnknown = name === undefined || name === null;
      const type = isUnknown ? declared : typeof name === "string" ? schema.getType(name) : undefined;
      if (!type || !isCompositeType(type)) return;
      if (type !== declared && !(isAbstractType(declared) && !isUnionType(type) && schema.isSubType(declared, type)))
        return;
      const writer = this.object(type, selectionsOf(nodes), here);
      writers.set(name, writer);
      return writer;
    };
    return (value, completion) => {
      if (typeof value !== "object" || Array.isArray(value)) return completion.invalid(depth, what);
      const name = (value as { __typename?: unknown }).__typename;
      const writer = writers.get(name) ?? find(name);
      if (writer) return writer(value, completion);
      return hidden.has(name) ? undefined : completion.invalid(depth, what);
    };
  }
}

/**
 * Writer of the whole `data` of an operation on `root`, or, where there are `parts` that come later, of the first of it; answers
 * undefined where `data` must be null.
 */
export const compileResponseWriter = (
  scope: SelectionScope,
  root: GraphQLObjectType,
  set: SelectionSetNode,
  parts?: DeferredParts,
): Writer => new WriterCompiler(scope, parts).object(root, [set], { depth: 0, place: "", part: firstPart });
