/** The weights that the served graph gives its fields, for the guard of operations; kept with each schema that Apollo Server serves. */
import type { ApolloServerPlugin, BaseContext } from "@apollo/server";
import { parse, type GraphQLSchema } from "graphql";
import { readFieldWeights, type FieldWeights } from "../../kit/document/field-weights.ts";
import {
  createOperationGuard,
  limitOperations,
  type OperationGuard,
  type OperationLimits,
} from "../../kit/document/operation-limits.ts";

const noWeights: FieldWeights = { fields: new Map(), types: new Map() };

/** The guard of the graph that a gateway serves, and the plugins that bring it into Apollo Server; they come before all others. */
export function guardGraph<Context extends BaseContext>(
  limits: OperationLimits,
): { guard: OperationGuard; plugins: ApolloServerPlugin<Context>[] } {
  const known = new WeakMap<GraphQLSchema, FieldWeights>();
  const guard = createOperationGuard(limits, (schema) => known.get(schema) ?? noWeights);
  const follow: ApolloServerPlugin<Context> = {
    async serverWillStart() {
      return {
        schemaDidLoadOrUpdate({ apiSchema, coreSupergraphSdl }) {
          if (coreSupergraphSdl !== undefined)
            known.set(apiSchema, readFieldWeights(parse(coreSupergraphSdl, { noLocation: true })));
        },
      };
    },
  };
  return { guard, plugins: [follow, limitOperations<Context>(limits, guard)] };
}
