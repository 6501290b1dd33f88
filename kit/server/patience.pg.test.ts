/** A start whose first connection is never answered, as on a machine that is busy with something else. */
import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openDatabase } from "../database/db.ts";
import { assertMigrated } from "../database/migrate.ts";
import { whileBusy } from "./patience.ts";
import { testDatabase } from "../testing/database.ts";

test("goes on once the database answers", async () => {
  const database = await testDatabase("menu");
  const target = new URL(database.url);
  const sockets = new Set<Socket>();
  const slow = createServer((client) => {
    sockets.add(client.on("error", () => {}));
    if (sockets.size === 1) return;
    const server = connect(Number(target.port), target.hostname).on("error", () => client.destroy());
    client.pipe(server).pipe(client);
  });
  slow.listen(0, "127.0.0.1");
  await once(slow, "listening");
  const through = new URL(database.url);
  through.port = String((slow.address() as AddressInfo).port);
  const { sql, close } = openDatabase({ url: through.href, max: 1 });
  const said: string[] = [];
  try {
    const folder = join(import.meta.dirname, "../../subgraphs/menu/db/migrations");
    await whileBusy(
      () => assertMigrated({ sql, folder }),
      (line) => said.push(line),
    );
    expect(said).toEqual([expect.stringMatching(/^the machine is busy/)]);
  } finally {
    await close();
    for (const socket of sockets) socket.destroy();
    slow.close();
    await database.close();
  }
});
