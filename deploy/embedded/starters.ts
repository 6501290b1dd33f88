/** How each subgraph is started from its settings. */
import { readEnv } from "../../kit/env.ts";
import type { RunningService } from "../../kit/subgraph.ts";
import type { SubgraphName } from "../../schema/subgraphs.ts";
import { env as deliveryEnv } from "../../subgraphs/delivery/env.ts";
import { start as startDelivery } from "../../subgraphs/delivery/main.ts";
import { env as menuEnv } from "../../subgraphs/menu/env.ts";
import { start as startMenu } from "../../subgraphs/menu/main.ts";
import { env as ordersEnv } from "../../subgraphs/orders/env.ts";
import { start as startOrders } from "../../subgraphs/orders/main.ts";
import { env as paymentsEnv } from "../../subgraphs/payments/env.ts";
import { start as startPayments } from "../../subgraphs/payments/main.ts";
import { env as usersEnv } from "../../subgraphs/users/env.ts";
import { start as startUsers } from "../../subgraphs/users/main.ts";
import type { Settings } from "./settings.ts";

export const starters: Record<SubgraphName, (settings: Settings) => Promise<RunningService>> = {
  users: (settings) => startUsers(readEnv(usersEnv, settings)),
  menu: (settings) => startMenu(readEnv(menuEnv, settings)),
  orders: (settings) => startOrders(readEnv(ordersEnv, settings)),
  delivery: (settings) => startDelivery(readEnv(deliveryEnv, settings)),
  payments: (settings) => startPayments(readEnv(paymentsEnv, settings)),
};
