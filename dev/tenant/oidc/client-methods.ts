import { errors, type Provider } from "oidc-provider";
import type { Applications } from "../store/applications.ts";

/** Changes how oidc-provider checks a client's secrets and addresses. @param now epoch milliseconds. */
export function extendClients({ Client }: Provider, applications: Applications, now: () => number): void {
  const { redirectUriAllowed, postLogoutRedirectUriAllowed } = Client.prototype;
  type Self = InstanceType<typeof Client>;
  Object.assign(Client.prototype, {
    /** An application may have several secrets, each with its own expiry. */
    compareClientSecret(this: Self, given: string): boolean {
      const secrets = applications.find(this.clientId)?.secrets ?? [];
      const match = secrets.find(({ value }) => value === given);
      if (match?.expiresAt && match.expiresAt <= now()) {
        throw new errors.InvalidRequest("client secret has expired");
      }
      return match !== undefined;
    },
    redirectUriAllowed(this: Self, uri: string): boolean {
      return allowsLoopback(applications, this, uri) || redirectUriAllowed.call(this, uri);
    },
    postLogoutRedirectUriAllowed(this: Self, uri: string): boolean {
      return allowsLoopback(applications, this, uri) || postLogoutRedirectUriAllowed.call(this, uri);
    },
  });
}

/** Whether an address, on any loopback port, may be used by a client that is not limited to registered ones. */
export function allowsLoopback(
  applications: Applications,
  { clientId }: { clientId: string },
  address: string,
): boolean {
  if (!applications.find(clientId)?.anyLoopbackRedirect || !URL.canParse(address)) return false;
  const { protocol, hostname } = new URL(address);
  return protocol === "http:" && ["localhost", "127.0.0.1", "[::1]"].includes(hostname);
}
