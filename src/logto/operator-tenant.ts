/** The Management API for an operator's commands: the listed endpoints, with a credential that may manage everything. */
import * as oauth from "openid-client";
import * as z from "zod";
import type { LogtoConfig } from "../config.ts";
import { OperatorError } from "../operator-error.ts";
import type { Platform } from "../platform.ts";
import { boundedFetch, TransportFault } from "./bounded-fetch.ts";
import {
  type OperatorEndpointName,
  operatorEndpoints,
  operatorPath,
  type PathParts,
} from "./operator-endpoints.ts";
import { BadCredential, createTokenRequest, LacksScope, TokenEndpointUnavailable } from "./token-request.ts";
import { productionTuning } from "./tuning.ts";

/** The tenant, the credential, and the network. */
export type TenantAccess = { logto: LogtoConfig; platform: Platform };

/** A definite refusal of one call by Logto. */
export class OperatorRefusal extends OperatorError {
  readonly status: number;
  readonly code: string | undefined;

  constructor(message: string, { status, code }: { status: number; code: string | undefined }) {
    super(message);
    this.name = "OperatorRefusal";
    this.status = status;
    this.code = code;
  }
}

type CallInput = { parts?: PathParts; query?: Record<string, string>; json?: unknown };

export type OperatorTenant = {
  /**
   * Calls one listed endpoint.
   * @throws {OperatorRefusal} if Logto refuses the call, {OperatorError} if there is no usable answer.
   */
  call<T>(name: OperatorEndpointName, input: CallInput, answer: z.ZodType<T>): Promise<T>;
  /** Reads all pages of a list. @throws as `call`. */
  list<T>(name: OperatorEndpointName, input: CallInput, item: z.ZodType<T>): Promise<T[]>;
};

const pageSize = 100;
const errorBody = z.object({ code: z.string().regex(/^[\w.]{1,100}$/) });

/** @returns an {OperatorError} for a call without an answer and for an answer that is not Logto's; any other error as it is. */
export function explainNoAnswer(error: unknown, endpoint: string): unknown {
  const isAnswer = [oauth.ClientError, oauth.ResponseBodyError, TokenEndpointUnavailable].some(
    (kind) => error instanceof kind,
  );
  const fault = error instanceof oauth.ClientError ? error.cause : error;
  if (!isAnswer && !(fault instanceof TransportFault)) return error;
  const neverArrived = fault instanceof TransportFault && fault.sent === "no";
  const what = neverArrived ? "Nothing listens" : "There was no usable answer";
  return new OperatorError(
    `${what} at ${endpoint}: start the dev tenant with \`npm run dev\`, or check LOGTO_ENDPOINT, LOGTO_INTERNAL_ENDPOINT and the network.`,
    { cause: error },
  );
}

/**
 * Gets a token with the credential.
 * @returns the client that uses this token.
 * @throws {OperatorError} if the tenant does not answer, or the credential may not manage it.
 */
export async function openTenant({ logto, platform }: TenantAccess): Promise<OperatorTenant> {
  const token = await requestToken({ logto, platform });
  const fetch = boundedFetch(platform.fetch, productionTuning.answerBytes);

  const call: OperatorTenant["call"] = async (name, { parts = {}, query = {}, json }, answer) => {
    const { method } = operatorEndpoints[name];
    const path = operatorPath(name, parts);
    const url = `${logto.internalEndpoint}/${path}?${new URLSearchParams(query)}`;
    const request = {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: json === undefined ? null : JSON.stringify(json),
      signal: AbortSignal.timeout(productionTuning.totalMs),
    };
    const response = await fetch(url, request).catch((error) => {
      throw explainNoAnswer(error, logto.internalEndpoint);
    });
    const body: unknown = await response.json().catch(() => undefined);
    if (!response.ok) throw refusal(`${method} /${path}`, response.status, body);
    const parsed = answer.safeParse(body);
    if (!parsed.success) throw new OperatorError(`Logto's answer to ${method} /${path} has an unknown form.`);
    return parsed.data;
  };

  return {
    call,
    async list(name, { query, ...input }, item) {
      const items = [];
      for (let page = 1; ; page++) {
        const paged = { ...query, page: String(page), page_size: String(pageSize) };
        const found = await call(name, { ...input, query: paged }, z.array(item));
        items.push(...found);
        if (found.length < pageSize) return items;
      }
    },
  };
}

/**
 * Tries a credential: it must get a token, and the token must read a list of users.
 * @returns false if Logto refuses the credential.
 * @throws {OperatorError} if the trial itself fails.
 */
export async function isCredentialAccepted({ logto, platform }: TenantAccess): Promise<boolean> {
  try {
    const tenant = await openTenant({ logto, platform });
    await tenant.call("listUsers", { query: { page: "1", page_size: "1" } }, z.array(z.unknown()));
    return true;
  } catch (error) {
    if (error instanceof OperatorError && error.cause instanceof BadCredential) return false;
    throw error;
  }
}

async function requestToken(access: TenantAccess): Promise<string> {
  const { endpoint, internalEndpoint, managementApi, m2m } = access.logto;
  try {
    return (await createTokenRequest(access)()).value;
  } catch (error) {
    if (!(error instanceof BadCredential)) throw explainNoAnswer(error, internalEndpoint);
    if (error instanceof LacksScope) {
      throw new OperatorError(
        `${endpoint} lets application ${m2m.appId} in, but its roles do not grant the scope \`all\` of ${managementApi}: give it a machine-to-machine role that does, see \`npm run seed:m2m\`.`,
        { cause: error },
      );
    }
    throw new OperatorError(
      `${endpoint} refuses application ${m2m.appId}: check its id and secret, and that ${managementApi} is the Management API.`,
      { cause: error },
    );
  }
}

function refusal(call: string, status: number, body: unknown): OperatorRefusal {
  const code = errorBody.safeParse(body).data?.code;
  const advice =
    status === 401 || status === 403
      ? "check the application's role, and the limits of the tenant's plan"
      : status === 429 || status >= 500
        ? "try again when Logto is available"
        : "look at what the tenant holds under this name";
  return new OperatorRefusal(`Logto answered ${status} ${code ?? "without a code"} to ${call}: ${advice}.`, {
    status,
    code,
  });
}
