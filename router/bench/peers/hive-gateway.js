// Hive Gateway on node:http, forwarding the client's authorization: `node hive-gateway.js SUPERGRAPH PORT [--router-runtime]`.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createGatewayRuntime } from "@graphql-hive/gateway-runtime";
import { unifiedGraphHandler } from "@graphql-hive/router-runtime";

const [file, port, runtime] = process.argv.slice(2);

const gateway = createGatewayRuntime({
  supergraph: readFileSync(file, "utf8"),
  ...(runtime === "--router-runtime" ? { unifiedGraphHandler } : {}),
  propagateHeaders: {
    fromClientToSubgraphs: ({ request }) => {
      const authorization = request.headers.get("authorization");
      return authorization ? { authorization } : {};
    },
  },
  maskedErrors: false,
  landingPage: false,
  logging: false,
});
createServer(gateway).listen(Number(port), "127.0.0.1");
