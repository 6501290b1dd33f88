/** Composes a workload's subgraphs at the addresses where they listen. */
import { composeServices } from "@apollo/composition";
import { parse, print } from "graphql";
import { gql } from "graphql-tag";
import { withoutSecurityDirectives } from "../supergraph/load.ts";
import type { Workload } from "./workload/workload.ts";

/** The supergraph's SDL, without the security directives that not every contender takes. Throws when it does not compose. */
export function composeWorkload(workload: Workload, urls: Record<string, string>): string {
  const services = Object.entries(workload.subgraphs).map(([name, { sdl }]) => ({
    name,
    url: urls[name] ?? "",
    typeDefs: gql(sdl),
  }));
  const { supergraphSdl, errors } = composeServices(services);
  if (errors) throw new Error(errors.map(({ message }) => message).join("\n"));
  return print(withoutSecurityDirectives(parse(supergraphSdl)));
}
