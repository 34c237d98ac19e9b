import { notFound } from "../http/logto-error.ts";
import type { ConnectorFactory } from "./connector-factories.ts";
import type { TemplateType } from "./email-templates.ts";

/** A configured connector: it sends messages, or signs people in at another provider. */
export type Connector = {
  id: string;
  factory: ConnectorFactory;
  /** Holds secrets of the provider. */
  config: Record<string, unknown>;
  metadata: Record<string, unknown>;
  syncProfile: boolean;
};

/** The connectors of the tenant. A test removes one to see how the service does without it. */
export class Connectors {
  readonly #byId = new Map<string, Connector>();

  list(): Connector[] {
    return [...this.#byId.values()];
  }

  find(id: string): Connector | undefined {
    return this.#byId.get(id);
  }

  /** @throws {LogtoError} 404 `entity.not_found`. */
  get(id: string): Connector {
    const connector = this.#byId.get(id);
    if (connector === undefined) throw notFound();
    return connector;
  }

  insert(connector: Connector): void {
    this.#byId.set(connector.id, connector);
  }

  remove(id: string): void {
    this.#byId.delete(id);
  }

  removeType(type: ConnectorFactory["type"]): void {
    for (const { id, factory } of this.list()) if (factory.type === type) this.remove(id);
  }

  /** The connector that sends messages of a type. */
  sender(type: "Email" | "Sms"): Connector | undefined {
    return this.list().find(({ factory }) => factory.type === type);
  }
}

/** Whether the configuration of a connector has a template for a purpose. One without templates needs none. */
export function hasTemplate({ config }: Pick<Connector, "config">, purpose: TemplateType): boolean {
  const { templates } = config;
  if (!Array.isArray(templates)) return true;
  return templates.some((template: unknown) => {
    return typeof template === "object" && template !== null && "usageType" in template
      ? template.usageType === purpose
      : false;
  });
}
