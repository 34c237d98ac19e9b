/** What others have stored of a person: an administrator, an import, an older release with other rules. */
import { createServices } from "../../src/compose.ts";
import type { JsonObject } from "../../src/json.ts";
import type { TestService } from "./service.ts";

/** Changes a person at the tenant, as an administrator does. It is also seen in the next minute's reads. */
export function storeAtTenant(service: TestService, username: string, changes: JsonObject): void {
  const person = service.tenant.state.users.get(service.userId(username));
  if (!person) throw new Error(`the dev tenant has nobody called ${username}`);
  Object.assign(person, structuredClone(changes));
  service.platform.advance(60_000);
}

/** Puts business fields into the vault, whatever today's rules think of them. */
export async function storeInVault(service: TestService, username: string, business: JsonObject) {
  const { config, platform, database } = service;
  const { db, vault } = await createServices(config, platform, database);
  const userId = service.userId(username);
  const sealed = await vault.seal({ userId, purpose: "vault" }, business);
  await db.batch([db.vaults.save({ userId, kid: vault.current, sealed, now: platform.now() })]);
}
