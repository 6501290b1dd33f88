import { createHash, createHmac, pbkdf2Sync, randomBytes } from "node:crypto";
import postgres from "postgres";

/** One database to be, with the passwords of its two roles. */
export type Provision = {
  /** A connection as the cluster's administrator, to any database of the cluster. */
  adminUrl: string;
  /** In snake_case; names the database, and its roles `<name>_owner` and `<name>_app`. */
  name: string;
  /** The database's own name where it differs from the roles' prefix; default `name`. */
  database?: string;
  ownerPassword: string;
  appPassword: string;
};

/** How the two roles reach a provisioned database. */
export type ProvisionedUrls = { ownerUrl: string; appUrl: string };

/**
 * Creates the database and its roles: `<name>_owner` runs migrations, `<name>_app` serves and may select, insert, update and delete
 * in whatever the owner creates (a migration may revoke). No other role can connect. Idempotent; existing roles get the given passwords.
 */
export async function provision(options: Provision): Promise<ProvisionedUrls> {
  const { adminUrl, name, database = name, ownerPassword, appPassword } = options;
  for (const each of [name, database]) {
    if (!/^[a-z][a-z0-9_]{0,50}$/.test(each)) throw new TypeError(`not a database name: ${each}`);
  }
  const admin = postgres(adminUrl, { max: 1, onnotice: () => {}, connect_timeout: 5 });
  try {
    await admin`select pg_advisory_lock(hashtext('provision'))`;
    await createRole(admin, `${name}_owner`, ownerPassword);
    await createRole(admin, `${name}_app`, appPassword);
    await createDatabase(admin, database, name);
  } finally {
    await admin.end({ timeout: 2 });
  }
  await grantByDefault(urlOf(adminUrl, database), name);
  return {
    ownerUrl: urlOf(adminUrl, database, `${name}_owner`, ownerPassword),
    appUrl: urlOf(adminUrl, database, `${name}_app`, appPassword),
  };
}

/** The same server's address for another database and, when given, role. */
export function urlOf(url: string, database: string, role?: string, password?: string): string {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  if (role !== undefined) changed.username = role;
  if (password !== undefined) changed.password = encodeURIComponent(password);
  return changed.href;
}

async function createRole(admin: postgres.Sql, role: string, password: string): Promise<void> {
  const [known] = await admin`select 1 from pg_roles where rolname = ${role}`;
  await admin.unsafe(`${known ? "alter" : "create"} role ${role} login password '${scramVerifier(password)}'`);
}

async function createDatabase(admin: postgres.Sql, database: string, name: string): Promise<void> {
  const [known] = await admin`select 1 from pg_database where datname = ${database}`;
  if (!known) await admin.unsafe(`create database ${database} owner ${name}_owner`);
  await closeToOthers(admin, database, name);
}

/** Lets nobody but the two roles connect; rights on a database are not copied from its template. */
export async function closeToOthers(admin: postgres.Sql, database: string, name: string): Promise<void> {
  await admin.unsafe(`revoke all on database ${database} from public`);
  await admin.unsafe(`grant connect on database ${database} to ${name}_app`);
}

async function grantByDefault(url: string, name: string): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => {}, connect_timeout: 5 });
  const byDefault = `alter default privileges for role ${name}_owner grant`;
  try {
    await sql.unsafe(`
      revoke all on schema public from public;
      grant usage on schema public to ${name}_app;
      ${byDefault} usage on schemas to ${name}_app;
      ${byDefault} select, insert, update, delete on tables to ${name}_app;
      ${byDefault} usage, select on sequences to ${name}_app;
    `);
  } finally {
    await sql.end({ timeout: 2 });
  }
}

/** What Postgres stores for a SCRAM-SHA-256 password, computed here so that the password never reaches its log. RFC 5803. */
function scramVerifier(password: string, salt: Buffer = randomBytes(16)): string {
  const iterations = 4096;
  const salted = pbkdf2Sync(password.normalize("NFKC"), salt, iterations, 32, "sha256");
  const hmac = (text: string) => createHmac("sha256", salted).update(text).digest();
  const storedKey = createHash("sha256").update(hmac("Client Key")).digest("base64");
  return `SCRAM-SHA-256$${iterations}:${salt.toString("base64")}$${storedKey}:${hmac("Server Key").toString("base64")}`;
}
