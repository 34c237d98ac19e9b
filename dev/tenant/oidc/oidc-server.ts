import type { IncomingMessage, ServerResponse } from "node:http";
import { errors, Provider } from "oidc-provider";
import { entityTag } from "../http/answer.ts";
import { tokenExchangeGrant } from "./client-metadata.ts";
import { extendClients } from "./client-methods.ts";
import { logGrants } from "./log-grants.ts";
import { type OidcOptions, providerConfiguration } from "./provider-configuration.ts";
import type { SigningKeys } from "./signing-keys.ts";
import { type ExchangeParams, tokenExchange } from "./token-exchange.ts";

/** The OpenID provider. When its keys rotate, it is created again over the same store. */
export class OidcServer {
  readonly #options: OidcOptions;
  #provider: Provider;
  #handle: ReturnType<Provider["callback"]>;

  constructor(options: OidcOptions) {
    this.#options = options;
    this.#provider = createProvider(options);
    this.#handle = this.#provider.callback();
  }

  get provider(): Provider {
    return this.#provider;
  }

  get keys(): SigningKeys {
    return this.#options.keys;
  }

  /** Creates a new signing key. @param keepOld whether tokens signed so far stay valid. */
  async rotateKeys(keepOld: boolean): Promise<void> {
    await this.#options.keys.rotate(keepOld);
    this.#provider = createProvider(this.#options);
    this.#handle = this.#provider.callback();
  }

  /** Serves a request under `/oidc`. */
  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const mount = "/oidc";
    // oidc-provider reads `originalUrl`, as Express sets it, to find its mount path for absolute URLs.
    Object.assign(request, { originalUrl: request.url });
    request.url = request.url?.slice(mount.length) || "/";
    await this.#handle(request, response);
  }
}

function createProvider(options: OidcOptions): Provider {
  const provider = new Provider(options.issuer, providerConfiguration(options));
  provider.registerGrantType<ExchangeParams>(tokenExchangeGrant, tokenExchange(options), [
    "resource",
    "scope",
    "subject_token",
    "subject_token_type",
    "actor_token",
    "actor_token_type",
  ]);
  extendClients(provider, options.state.applications, options.now);
  logGrants(provider, options.state, options.now);
  provider.use(async (ctx, next) => {
    await next();
    if (ctx.status === 404 && ctx.body === undefined) {
      ctx.status = 404;
      ctx.body = { error: "invalid_request", error_description: "unrecognized route or not allowed method" };
    }
    addLogtoCode(ctx);
    const text = isJson(ctx.body) ? JSON.stringify(ctx.body) : ctx.body;
    if (ctx.method === "GET" && typeof text === "string") ctx.set("ETag", entityTag(text));
  });
  provider.on("authorization.error", (ctx, error) => {
    ctx.state.oidcError = error;
  });
  return provider;
}

/** Logto's error bodies contain the OAuth error and a `code` made from it. */
function addLogtoCode(ctx: { body?: unknown; state: { oidcError?: unknown } }): void {
  const { body } = ctx;
  if (!isJson(body) || !("error" in body)) return;
  const lost = ctx.state.oidcError instanceof errors.SessionNotFound && !isMismatch(body);
  const message = "error_description" in body ? body.error_description : body.error;
  ctx.body = { code: lost ? "session.not_found" : `oidc.${body.error}`, message, ...body };
}

/** Cookies that belong to another session are a plain bad request. */
function isMismatch(body: object): boolean {
  return "error_description" in body && String(body.error_description).includes("mismatch");
}

function isJson(body: unknown): body is object {
  return typeof body === "object" && body !== null && Object.getPrototypeOf(body) === Object.prototype;
}
