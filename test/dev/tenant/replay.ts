import { hashPassword } from "../../../dev/tenant/password-hash.ts";
import { seedConnectors, seededConnectorIds } from "../../../dev/tenant/seed-connectors.ts";
import { startTenant } from "../../../dev/tenant/start-tenant.ts";
import { type Application, newApplication } from "../../../dev/tenant/store/applications.ts";
import { blankUser, type User } from "../../../dev/tenant/store/users.ts";
import type { Tenant } from "../../../dev/tenant/tenant.ts";
import { totpCode, totpStep } from "../../../dev/tenant/totp.ts";
import { Browser } from "./browser.ts";
import { Placeholders } from "./placeholders.ts";
import { Receiver } from "./receiver.ts";
import type { Credentials } from "./sign-in-flow.ts";

/** Argon2 memory in KiB: small, because the tests sign in hundreds of times. */
const passwordCost = 64;

const hour = 3_600_000;

/** The secret of every authenticator in the recordings. */
export const totpSecret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";

/** Further applications that recorded calls are made with. */
const extraApplications = ["noRole", "noExchange", "expiredSecret", "otherWeb"] as const;

type RecordedUser = Partial<User> & { password?: string };

/** The users of the recordings, in the order of their creation. */
const users: Record<string, RecordedUser> = {
  alice: newUser("alice", "12025550111"),
  bob: newUser("bob", "12025550112"),
  carol: newUser("carol", "12025550113"),
  dave: { username: "dave_nopass", primaryEmail: "dave@example.test", name: "Dave NoPassword" },
  erin: newUser("erin", "12025550115"),
  tmp: {
    ...newUser("tmpuser", "12025550160"),
    primaryEmail: "tmp@example.test",
    name: "Tmp",
  },
};

/** A tenant on which recordings are replayed: it has their users and applications, and a clock that can be moved. */
export class Replay {
  readonly tenant: Tenant;
  readonly clock: { now(): number; time: number };
  readonly receiver: Receiver;
  /** The last code that the tenant printed. */
  readonly sent: { code: string };
  readonly placeholders = new Placeholders();
  readonly #browsers = new Map<string, Browser>();
  readonly #passwords = new Map<string, string>();
  #applications: Application[] = [];
  readonly #digests = new Map<string, string>();
  readonly #tokens = new Map<string, Promise<string>>();

  private constructor(tenant: Tenant, receiver: Receiver, clock: Replay["clock"], sent: Replay["sent"]) {
    this.sent = sent;
    this.tenant = tenant;
    this.receiver = receiver;
    this.clock = clock;
  }

  static async start(): Promise<Replay> {
    const clock = { time: Date.now(), now: () => clock.time };
    const apiResource = "https://profile.example.test";
    const redirectUris = { web: "http://localhost:4000/callback", spa: "http://localhost:4001/callback" };
    const sent = { code: "" };
    const receiver = await Receiver.start();
    const backchannelLogoutUri = `${receiver.url}/backchannel`;
    const tenant = await startTenant({
      port: 0,
      apiResource,
      redirectUris,
      backchannelLogoutUri,
      clock,
      passwordCost,
      print: (line) => {
        sent.code = line.slice(-6);
      },
    });
    const replay = new Replay(tenant, receiver, clock, sent);
    for (const id of extraApplications) replay.#addApplication(id);
    const secret = { name: "Second", value: "second-secret", createdAt: 0, expiresAt: null };
    tenant.state.applications.get(tenant.description.m2m.appId).secrets.push(secret);
    replay.#applications = structuredClone(tenant.state.applications.list().reverse());
    return replay;
  }

  /** Sets `:sentCode` and `:totpCode`, the code of an authenticator with `:secret`. */
  renewCodes(): void {
    const secret = this.placeholders.get("secret") || totpSecret;
    this.placeholders.set("totpCode", totpCode(secret, totpStep(this.clock.time)));
    this.placeholders.set("sentCode", this.sent.code);
  }

  async close(): Promise<void> {
    await this.tenant.close();
    this.receiver.close();
  }

  /** Restores the users and moves the clock by two hours, so that no lockout or code of an earlier case applies. */
  async reset(): Promise<void> {
    const { state } = this.tenant;
    this.clock.time += 2 * hour;
    this.placeholders.clear();
    this.#name();
    this.#browsers.clear();
    this.receiver.clear();
    for (const { id } of state.users.list()) {
      state.users.remove(id);
      state.personalAccessTokens.removeAll(id);
    }
    for (const { id } of state.hooks.list()) state.hooks.remove(id);
    for (const { id } of state.applications.list()) state.applications.remove(id);
    for (const application of structuredClone(this.#applications)) state.applications.insert(application);
    for (const { id } of state.connectors.list()) state.connectors.remove(id);
    seedConnectors(state);
    const models = ["Session", "Grant", "AccessToken", "RefreshToken", "AuthorizationCode", "Interaction"];
    state.oidc.removeWhere(models, () => true);
    state.codes.clear();
    state.auditLog.clear();
    state.emailTemplates.clear();
    for (const [index, [name, fields]] of Object.entries(users).entries()) {
      await this.addUser(name, fields, index);
    }
  }

  /** Creates a user with a placeholder for the id. @param order a higher number is listed first. */
  async addUser(name: string, { password, ...fields }: RecordedUser, order: number): Promise<User> {
    const id = name.padEnd(12, "0");
    const user = { ...blankUser(id, this.clock.time + order), ...fields };
    if (password !== undefined) await this.setPassword(name, user, password);
    user.roleIds = new Set([this.placeholders.get("role")]);
    this.tenant.state.users.insert(user);
    this.placeholders.set(name, id);
    return user;
  }

  /** A token that is signed once and then reused. */
  token(name: string, claims: () => Record<string, unknown>): Promise<string> {
    const token = this.#tokens.get(name) ?? this.tenant.sign(claims());
    this.#tokens.set(name, token);
    return token;
  }

  async setPassword(name: string, user: User, password: string): Promise<void> {
    const digest = this.#digests.get(password) ?? (await hashPassword(password, passwordCost));
    this.#digests.set(password, digest);
    this.#passwords.set(name, password);
    user.passwordDigest = digest;
  }

  /** The browser of a name, with the cookies that it received in this case. */
  browser(name: string, headers: Record<string, string> = {}): Browser {
    const browser = this.#browsers.get(name) ?? new Browser(this.tenant.description.endpoint, headers);
    this.#browsers.set(name, browser);
    return browser;
  }

  /** What a user signs in with. */
  credentials(name: string, type: Credentials["type"]): Credentials {
    const user = this.tenant.state.users.find(this.placeholders.get(name));
    const { username, primaryEmail, primaryPhone } = user ?? {};
    const value = { username, email: primaryEmail, phone: primaryPhone }[type] ?? "";
    return { type, value, password: this.#passwords.get(name) ?? "" };
  }

  #name(): void {
    const { description, state } = this.tenant;
    const { endpoint, m2m, web, spa, managementApi, apiResource } = description;
    const names = {
      endpoint,
      encodedEndpoint: encodeURIComponent(endpoint),
      managementApi,
      apiResource,
      encodedApiResource: encodeURIComponent(apiResource),
      redirectUri: web.redirectUri,
      encodedRedirectUri: encodeURIComponent(web.redirectUri),
      m2m: m2m.appId,
      m2mSecret: m2m.appSecret,
      web: web.appId,
      spa: spa.appId,
      socialConnector: seededConnectorIds.Social,
      emailConnector: seededConnectorIds.Email,
      smsConnector: seededConnectorIds.Sms,
      receiver: this.receiver.url,
      blank: "blank0000000",
      social: "social000000",
    };
    for (const [name, value] of Object.entries(names)) this.placeholders.set(name, value);
    for (const role of state.roles.list()) {
      this.placeholders.set(role.type === "User" ? "role" : "m2mRole", role.id);
    }
  }

  #addApplication(id: (typeof extraApplications)[number]): void {
    const secret = {
      name: "Only",
      value: "a-secret",
      createdAt: 0,
      expiresAt: id === "expiredSecret" ? 1 : null,
    };
    this.tenant.state.applications.insert(
      newApplication({
        id,
        name: id,
        type: id === "otherWeb" ? "Traditional" : "MachineToMachine",
        createdAt: 0,
        secrets: [secret],
        oidcClientMetadata: { redirectUris: ["http://localhost:4002/callback"], postLogoutRedirectUris: [] },
      }),
    );
  }
}

function newUser(username: string, primaryPhone: string): RecordedUser {
  return {
    username,
    primaryEmail: `${username}@example.test`,
    primaryPhone,
    name: `${username.slice(0, 1).toUpperCase()}${username.slice(1)} Example`,
    password: `${username}-password-1`,
  };
}
