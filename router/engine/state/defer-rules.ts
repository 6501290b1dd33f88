/** What a valid `@defer` is, beyond its arguments' types (graphql-js has these rules from version 17 on). */
import { GraphQLError, Kind, type ValidationRule } from "graphql";

/** A label is written out, and no two are the same: clients tell parts apart by it. */
const deferLabels: ValidationRule = (context) => {
  const labels = new Set<string>();
  return {
    Directive(node) {
      const value = node.arguments?.find(({ name }) => name.value === "label")?.value;
      if (node.name.value !== "defer" || !value || value.kind === Kind.NULL) return;
      if (value.kind !== Kind.STRING)
        context.reportError(new GraphQLError("The label of @defer must be a string in the document.", { nodes: node }));
      else if (labels.has(value.value))
        context.reportError(new GraphQLError(`Two @defer have the label "${value.value}".`, { nodes: node }));
      else labels.add(value.value);
    },
  };
};

/** Mutations run one after the other, so none is put off. */
const deferPlaces: ValidationRule = (context) => ({
  Directive(node) {
    const type = context.getParentType();
    const schema = context.getSchema();
    if (node.name.value !== "defer" || !type) return;
    if (type === schema.getMutationType() || type === schema.getSubscriptionType())
      context.reportError(new GraphQLError(`Fields of ${type.name} cannot be deferred.`, { nodes: node }));
  },
});

/** To be checked beside the specified rules. */
export const deferRules: readonly ValidationRule[] = [deferLabels, deferPlaces];
