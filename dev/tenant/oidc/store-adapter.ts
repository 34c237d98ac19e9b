import { type Adapter, type AdapterPayload, errors } from "oidc-provider";
import type { TenantState } from "../store/state.ts";
import { clientMetadata } from "./client-metadata.ts";

/** Stores oidc-provider's models in the tenant's state, and shows it the tenant's applications as clients. */
export class StoreAdapter implements Adapter {
  readonly #model: string;
  readonly #state: TenantState;

  constructor(model: string, state: TenantState) {
    this.#model = model;
    this.#state = state;
  }

  async upsert(id: string, payload: AdapterPayload, expiresIn?: number): Promise<void> {
    this.#state.oidc.put(this.#model, id, payload, expiresIn);
  }

  /** @throws {errors.InvalidClient} 400 for an unknown application, where oidc-provider itself would answer 401. */
  async find(id: string): Promise<AdapterPayload | undefined> {
    if (this.#model !== "Client") return this.#state.oidc.find(this.#model, id);
    const application = this.#state.applications.find(id);
    if (application === undefined) throw new errors.InvalidClient("unknown application");
    return clientMetadata(application);
  }

  async findByUid(uid: string): Promise<AdapterPayload | undefined> {
    return this.#state.oidc.list(this.#model).find((payload) => payload.uid === uid);
  }

  async findByUserCode(userCode: string): Promise<AdapterPayload | undefined> {
    return this.#state.oidc.list(this.#model).find((payload) => payload.userCode === userCode);
  }

  async consume(id: string): Promise<void> {
    this.#state.oidc.consume(this.#model, id);
  }

  async destroy(id: string): Promise<void> {
    this.#state.oidc.remove(this.#model, id);
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    this.#state.oidc.removeWhere([this.#model], (payload) => payload.grantId === grantId);
  }
}
