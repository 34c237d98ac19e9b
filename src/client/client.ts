/** The client for pages: every call of the service for the person who is signed in. */
import { baseOf, type CallOptions, type ClientOptions, createCall, type Tagged } from "./call.ts";
import type { Schemas } from "./schemas.ts";

export type * from "./call.ts";
export { type Problem, type ProblemCode, ProblemError } from "./problem.ts";
export type { Schemas } from "./schemas.ts";

export type Profile = Schemas["Profile"];
export type ProfilePatch = Schemas["ProfilePatch"];
export type ChangeOptions = {
  /** The change is made only if nothing else has changed since the document with this entity tag was read. */
  ifMatch?: string;
};

/** How somebody signs in; every member can be left out. */
export type SignInWishes = {
  /** The path to come back to, on the service's origin. Default: the service's start. */
  returnTo?: string;
  /** `true` if the person of this session is to sign in again, where a call needs a proof. */
  reauthenticate?: true;
  firstScreen?: string;
  directSignIn?: string;
  loginHint?: string;
  uiLocales?: string;
};

type Recipient = { email: string } | { phone: string };
type BusinessField = Schemas["BusinessFields"]["fields"][number];

/**
 * Creates a client. It asks for nothing yet.
 * Every call throws a `ProblemError` for a refusal, and what `fetch` throws if there was no answer.
 */
export function createClient(options: ClientOptions) {
  const call = createCall(options);
  const json = async <Data>(method: string, path: string, given?: CallOptions<Data>) =>
    (await call<Data>(method, path, given)).data;
  const resource = <Document, Patch>(path: string) => {
    let known: Tagged<Document> | undefined;
    return {
      /** Reads it. What is still the same is not sent again. @param fresh asks for what Logto has now. */
      async get({ fresh = false } = {}): Promise<Tagged<Document>> {
        const headers = { "Cache-Control": fresh ? "no-cache" : undefined };
        known = await call<Document>("GET", path, { known, headers });
        return known;
      },
      /** Changes it by a merge patch (RFC 7396): `null` removes, what is not named stays. */
      async patch(patch: Patch, { ifMatch }: ChangeOptions = {}): Promise<Tagged<Document>> {
        known = await call<Document>("PATCH", path, { body: patch, headers: { "If-Match": ifMatch } });
        return known;
      },
    };
  };

  /** Page by page, as they come. */
  async function* pagesOf<Item>(path: string): AsyncGenerator<Item[], void, undefined> {
    let cursor: string | undefined;
    do {
      const query = cursor === undefined ? "" : `?cursor=${encodeURIComponent(cursor)}`;
      const page: { items: Item[]; nextCursor?: string } = await json("GET", `${path}${query}`);
      yield page.items;
      cursor = page.nextCursor;
    } while (cursor !== undefined);
  }

  return {
    profile: resource<Profile, ProfilePatch>("/me"),
    customData: resource<Schemas["CustomData"], Schemas["CustomDataPatch"]>("/me/custom-data"),
    business: {
      ...resource<Schemas["Business"], Schemas["BusinessPatch"]>("/me/business"),
      /** Shows fields unmasked; recorded in the activity. */
      reveal: <Field extends BusinessField>(fields: readonly Field[]) =>
        json<Pick<Schemas["RevealedBusiness"], Field>>("POST", "/me/business/reveal", {
          body: { fields },
          once: true,
        }),
    },
    picture: {
      /** Sets it. @returns its public address. @param file of at most 512 by 512 pixels and 128 KiB. */
      set: async (file: Blob) =>
        (await json<Schemas["Avatar"]>("PUT", "/me/avatar", { body: file, once: true })).avatar,
      remove: async () => void (await json<Schemas["Avatar"]>("DELETE", "/me/avatar")),
    },
    factors: {
      /** The second factors, and where more are added. */
      list: () => json<Schemas["FactorList"]>("GET", "/me/factors"),
      remove: async (ref: string) =>
        void (await json<Schemas["RemovedFactor"]>("DELETE", `/me/factors/${encodeURIComponent(ref)}`)),
    },
    identities: {
      /** The accounts at third parties with which the person signs in, and where more are linked. */
      list: () => json<Schemas["LinkedAccountList"]>("GET", "/me/identities"),
      remove: async (ref: string) =>
        void (await json<Schemas["RemovedIdentity"]>("DELETE", `/me/identities/${encodeURIComponent(ref)}`)),
    },
    password: {
      has: async () => (await json<Schemas["HasPassword"]>("GET", "/me/has-password")).hasPassword,
      /** What the tenant's policy says of a new password. */
      check: (password: string) =>
        json<Schemas["PasswordCheck"]>("POST", "/me/password/check", { body: { password } }),
      /** Changes it, and ends the person's other sessions. */
      change: (password: string) =>
        json<Schemas["PasswordChange"]>("PATCH", "/me/password", { body: { password } }),
    },
    codes: {
      send: (to: Recipient) => json<Schemas["SentCode"]>("POST", "/me/verification-codes", { body: to }),
      /** Proves that a new address is the person's, so that `profile.patch` takes it. */
      verify: (to: Recipient, verificationCode: string) =>
        json<Schemas["IdentifierProof"]>("POST", "/me/verification-codes/verify", {
          body: { ...to, verificationCode },
        }),
    },
    sessions: {
      /** Where the person is signed in. */
      list: () => json<Schemas["SessionList"]>("GET", "/me/sessions"),
      /** Ends one of them. */
      end: (ref: string) => json<null>("DELETE", `/me/sessions/${encodeURIComponent(ref)}`),
      /** Ends all but this one; with an access token, all. */
      endOthers: () => json<Schemas["EndedSessions"]>("DELETE", "/me/sessions"),
    },
    applications: {
      /** The applications of others that have access. */
      list: () => json<Schemas["ApplicationList"]>("GET", "/me/applications"),
      revoke: (ref: string) => json<null>("DELETE", `/me/applications/${encodeURIComponent(ref)}`),
    },
    /** The cookie session, for a page on the service's own origin. */
    session: {
      /** Whether this browser is signed in, as whom and until when. Asking does not keep the session alive. */
      get: () => json<Schemas["Session"]>("GET", "/session"),
      /** Where a link leads that signs in. */
      signInUrl: ({ reauthenticate, ...wishes }: SignInWishes = {}) =>
        `${baseOf(options)}/session/sign-in?${new URLSearchParams({ ...wishes, ...(reauthenticate && { reauthenticate: "true" }) })}`,
      /** Ends it. @returns where to lead the browser, so that Logto's session ends too. */
      signOut: async () =>
        (await json<Schemas["SignedOut"]>("POST", "/session/sign-out", { once: true })).redirectTo,
    },
    undo: {
      /** The changes that can be undone, the newest first. */
      list: async () => (await json<Schemas["UndoList"]>("GET", "/me/undo")).items,
      /** Undoes one. Where an identifier is put back, the person's other sessions end. */
      change: (ref: string) => json<Schemas["Undone"]>("POST", `/me/undo/${ref}`, { body: {} }),
    },
    /** The end of the account. */
    deletion: {
      get: () => json<Schemas["Deletion"]>("GET", "/me/deletion"),
      /** @param confirm the username, e-mail address or phone number, as the person typed it. */
      request: (confirm: string) => json<Schemas["Deletion"]>("POST", "/me/deletion", { body: { confirm } }),
      /** Keeps the account. */
      cancel: () => json<Schemas["Deletion"]>("DELETE", "/me/deletion"),
    },
    notices: {
      /** Which messages about the account the person gets. */
      get: () => json<Schemas["NoticeSettings"]>("GET", "/me/notices"),
      choose: (choices: Schemas["NoticeChoices"]["choices"]) =>
        json<Schemas["NoticeSettings"]>("PATCH", "/me/notices", { body: { choices } }),
    },
    /** Everything that is held about the person, unmasked; once an hour, and recorded in the activity. */
    exportAccount: () => json<Schemas["AccountExport"]>("POST", "/me/export", { once: true }),
    activity: {
      /** What happened, the newest first, page by page. */
      pages: () => pagesOf<Schemas["ActivityItem"]>("/me/activity"),
    },
    signIns: {
      /** Who signed in or tried, the newest first, page by page; a page can be empty. */
      pages: () => pagesOf<Schemas["SignIn"]>("/me/sign-ins"),
      /** "This was not me": ends every session, this one too. Lead the person to sign in and to a new password then. */
      disown: () => json<Schemas["DisownedSignIns"]>("POST", "/me/sign-ins/not-me", { body: {}, once: true }),
    },
  };
}

export type Client = ReturnType<typeof createClient>;
