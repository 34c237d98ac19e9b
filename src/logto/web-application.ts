/** The web application whose people sign in by cookie: its requests to Logto's OpenID provider, by `@logto/node`. */
import type { SignInOptions } from "@logto/node";
import * as z from "zod";
import type { LogtoConfig, SessionConfig } from "../config.ts";
import type { Platform } from "../platform.ts";
import { oidcUrl } from "./oidc-url.ts";
import { createSignedClaims, NotAccepted, type SignedIn, type SignedOut } from "./signed-claims.ts";
import type { SigningKeys } from "./signing-keys.ts";
import type { LogtoTuning } from "./tuning.ts";
import { UpstreamFailure } from "./upstream-failure.ts";
import { webRequester } from "./web-requests.ts";

/** What Logto issued for one session. */
export type Tokens = { idToken: string; refreshToken: string | null };

/** The secrets of one sign-in. `state` goes to Logto and comes back, the others stay with this browser. */
export type FlowSecrets = {
  state: string;
  verifier: string;
  nonce: string;
  /** Where the browser comes back to. Default: the callback of cookie sessions. */
  redirectUri?: string;
};

/** What an application may say about the sign-in page. */
export type SignInWishes = {
  firstScreen?: NonNullable<SignInOptions["firstScreen"]> | undefined;
  directSignIn?: NonNullable<SignInOptions["directSignIn"]> | undefined;
  loginHint?: string | undefined;
  uiLocales?: string | undefined;
};

/** Tokens, who they are about, and until when Logto need not be asked again (epoch ms). */
export type Issued = { tokens: Tokens; who: SignedIn; freshUntil: number };

export type WebApplication = {
  appId: string;
  /** @param again whether the person has to prove once more who they are. @returns the URL to send the browser to. */
  authorizationUrl(flow: FlowSecrets, wishes: SignInWishes, again: boolean): Promise<string>;
  /**
   * Exchanges the code of a callback.
   * @param query of the callback, as it came. Its `state` is the one of the flow.
   * @throws {GrantEnded} for a code that was used or has expired; {NotAccepted} for an ID token that is not for this flow;
   * {UpstreamFailure}.
   */
  exchange(query: string, flow: FlowSecrets): Promise<Issued>;
  /**
   * Uses the refresh token. If the answer is lost, it asks once more, at once.
   * @throws {GrantEnded} if Logto has ended the grant; {NotAccepted}; {UpstreamFailure}.
   */
  refresh(tokens: Tokens): Promise<{ tokens: Tokens; freshUntil: number; userId: string | undefined }>;
  /** Revokes the refresh token, if Logto can be reached. @returns where the browser ends Logto's own session. */
  signOut(tokens: Tokens, returnTo: string): Promise<string>;
  /** @throws {NotAccepted}; {UpstreamFailure} `upstream_unavailable` while no key is known. */
  verifyLogoutToken(token: string): Promise<SignedOut>;
};

export type WebApplicationOptions = {
  logto: LogtoConfig;
  session: Pick<SessionConfig, "appId" | "appSecret">;
  /** Where Logto sends people back to. */
  redirectUri: string;
  platform: Pick<Platform, "fetch" | "now" | "digests">;
  keys: SigningKeys;
  tuning: LogtoTuning;
};

/** Loaded by the first sign-in: a start without one does not wait for its hundred modules. */
const loadSdk = () => import("./logto-sdk.ts");

/** The only scopes that are needed: who it is, and a refresh token. */
const scopes = ["openid", "offline_access"];
const withExpiresIn = z.object({ expires_in: z.number().positive().max(86_400).catch(3_600) });

/** What the SDK would discover. Logto's paths are fixed, and this service may reach Logto at another address than people. */
const metadata = (logto: LogtoConfig) => {
  const forPeople = { ...logto, internalEndpoint: logto.endpoint };
  return JSON.stringify({
    issuer: logto.issuer,
    authorizationEndpoint: oidcUrl(forPeople, "auth"),
    endSessionEndpoint: oidcUrl(forPeople, "session/end"),
    tokenEndpoint: oidcUrl(logto, "token"),
    revocationEndpoint: oidcUrl(logto, "token/revocation"),
    userinfoEndpoint: oidcUrl(logto, "me"),
    jwksUri: oidcUrl(logto, "jwks"),
  });
};

/** Creates the client of the application. It sends nothing yet. */
export function createWebApplication(options: WebApplicationOptions): WebApplication {
  const { logto, session, redirectUri, platform, keys } = options;
  const { appId } = session;
  const signed = createSignedClaims({ issuer: logto.issuer, appId, keys, platform });
  const discovered = metadata(logto);

  /** The SDK for one request: it reads and writes `stored`, and nothing outlives the request. */
  const open = async (stored: Map<string, string>, flow?: FlowSecrets, repeats = 0) => {
    const { StandardLogtoClient } = await loadSdk();
    const seen: { url?: string; who?: SignedIn; freshUntil: number } = { freshUntil: platform.now() };
    const client = new StandardLogtoClient(
      { endpoint: logto.endpoint, appId, scopes, includeReservedScopes: false },
      {
        storage: {
          getItem: async (key) => stored.get(key) ?? null,
          setItem: async (key, value) => void stored.set(key, value),
          removeItem: async (key) => void stored.delete(key),
        },
        unstable_cache: {
          getItem: async () => discovered,
          setItem: async () => {},
          removeItem: async () => {},
        },
        requester: webRequester(
          { credential: session, platform, tuning: options.tuning },
          {
            repeats,
            onAnswer: (answer) => {
              const { expires_in = 0 } = withExpiresIn.safeParse(answer).data ?? {};
              seen.freshUntil = platform.now() + expires_in * 1000;
            },
          },
        ),
        navigate: (url) => {
          seen.url = url;
        },
        generateState: () => flow?.state ?? "",
        generateCodeVerifier: () => flow?.verifier ?? "",
        generateCodeChallenge: async (verifier) => platform.digests.sha256(verifier),
      },
      () => ({
        async verifyIdToken(token) {
          seen.who = await signed.idToken(token);
          if (flow && seen.who.nonce !== flow.nonce) throw new NotAccepted();
        },
      }),
    );
    return { client, seen };
  };

  return {
    appId,
    async authorizationUrl(flow, { firstScreen, directSignIn, loginHint, uiLocales }, again) {
      const { Prompt } = await loadSdk();
      const { client, seen } = await open(new Map(), flow);
      await client.signIn({
        redirectUri: flow.redirectUri ?? redirectUri,
        // A refresh token comes with consent only. Logto gives it by itself to an application of one's own.
        prompt: again ? Prompt.Login : Prompt.Consent,
        clearTokens: false,
        ...(firstScreen === undefined ? {} : { firstScreen }),
        ...(directSignIn === undefined ? {} : { directSignIn }),
        ...(loginHint === undefined ? {} : { loginHint }),
        extraParams: {
          nonce: flow.nonce,
          ...(uiLocales === undefined ? {} : { ui_locales: uiLocales }),
          ...(again ? { max_age: "0" } : {}),
        },
      });
      if (seen.url === undefined) throw new Error("The SDK built no URL.");
      return seen.url;
    },

    async exchange(query, flow) {
      const { state, verifier: codeVerifier, redirectUri: callback = redirectUri } = flow;
      const begun = JSON.stringify({ redirectUri: callback, codeVerifier, state });
      const { PersistKey } = await loadSdk();
      const stored = new Map<string, string>([[PersistKey.SignInSession, begun]]);
      const { client, seen } = await open(stored, flow);
      await client.handleSignInCallback(`${callback}${callback.includes("?") ? "&" : "?"}${query}`);
      if (!seen.who) throw new NotAccepted();
      return { tokens: await tokensIn(stored), who: seen.who, freshUntil: seen.freshUntil };
    },

    async refresh(tokens) {
      const stored = await storedFrom(tokens);
      const { client, seen } = await open(stored, undefined, 1);
      await client.getAccessToken();
      return { tokens: await tokensIn(stored), freshUntil: seen.freshUntil, userId: seen.who?.userId };
    },

    async signOut(tokens, returnTo) {
      const { client, seen } = await open(await storedFrom(tokens));
      await client.signOut(returnTo);
      if (seen.url === undefined) throw new Error("The SDK built no URL.");
      return seen.url;
    },

    verifyLogoutToken: (token) => signed.logoutToken(token),
  };
}

/** As the SDK stores them. Its access token is never kept: it is asked for when Logto has to be asked. */
async function storedFrom({ idToken, refreshToken }: Tokens) {
  const { PersistKey } = await loadSdk();
  return new Map<string, string>([
    [PersistKey.IdToken, idToken],
    ...(refreshToken === null ? [] : [[PersistKey.RefreshToken, refreshToken] as const]),
  ]);
}

/** @throws {UpstreamFailure} `upstream_invalid` if Logto sent no ID token. */
async function tokensIn(stored: ReadonlyMap<string, string>): Promise<Tokens> {
  const { PersistKey } = await loadSdk();
  const idToken = stored.get(PersistKey.IdToken);
  if (idToken === undefined) throw new UpstreamFailure("upstream_invalid", { sent: "maybe" });
  return { idToken, refreshToken: stored.get(PersistKey.RefreshToken) ?? null };
}
