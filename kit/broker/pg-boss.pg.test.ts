import { kitDatabase } from "../testing/kit-database.ts";
import { quietLog } from "../testing/sample-events.ts";
import { brokerContract } from "./contract.ts";
import { openPgBossBroker } from "./pg-boss.ts";

brokerContract("pg-boss", async () => {
  const database = await kitDatabase({ tables: false });
  return {
    open: () => openPgBossBroker({ url: database.url, log: quietLog, redeliverSeconds: 1 }),
    restart: database.interrupt,
    close: () => database.close(),
  };
});
