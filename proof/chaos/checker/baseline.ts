/** What was there before the run, so that the checker looks at the run alone. */
import { openDatabase, type Databases } from "./read.ts";

/** Orders of the demo world, and the stock of every dish that has a limit, by id. */
export type Baseline = { orders: string[]; stock: Record<string, number>; auditEntries: number };

/** Takes it; call before the first order. */
export async function takeBaseline(databases: Databases): Promise<Baseline> {
  const orders = await openDatabase(databases.orders, (sql) => sql<{ id: string }[]>`select id from orders`);
  const stock = await openDatabase(
    databases.menu,
    (sql) => sql<{ id: string; stock: number }[]>`select id, stock from menu_items where stock is not null`,
  );
  const audit = await openDatabase(
    databases.users,
    (sql) => sql<{ n: number }[]>`select count(*)::int n from audit_entries`,
  );
  return {
    orders: orders.map(({ id }) => id),
    stock: Object.fromEntries(stock.map(({ id, stock: left }) => [id, left])),
    auditEntries: audit[0]?.n ?? 0,
  };
}
