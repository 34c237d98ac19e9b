import * as z from "zod/v3";
import { answer, noContent } from "../http/answer.ts";
import { nodeBindings } from "../http/bindings.ts";
import { rawBody, readBody } from "../http/body.ts";
import { LogtoError } from "../http/logto-error.ts";
import type { Handler, RouteTable } from "../http/route-table.ts";
import { verifyPassword } from "../password-hash.ts";
import { sentinelPolicyOf } from "../store/sign-in-experience.ts";
import type { User } from "../store/users.ts";
import type { TenantContext } from "../tenant-context.ts";
import { interactionOf } from "./interaction.ts";
import { addVerification, type Identifier, Sentinel, SignIns } from "./sign-ins.ts";

const eventBody = z.object({ interactionEvent: z.enum(["SignIn", "Register", "ForgotPassword"]) });
const passwordBody = z.object({
  identifier: z.object({ type: z.enum(["username", "email", "phone"]), value: z.string() }),
  password: z.string().min(1),
});
const identificationBody = z.object({ verificationId: z.string() });

type Experience = { tenant: TenantContext; signIns: SignIns; sentinel: Sentinel };

/** The Experience API's sign-in with a password, as Logto's own page uses it. */
export function experienceRoutes(routes: RouteTable, tenant: TenantContext): void {
  const experience = { tenant, signIns: new SignIns(), sentinel: new Sentinel() };
  routes
    .open("PUT", "/api/experience", async (c) => {
      const { uid } = await interactionOf(c, tenant);
      const { interactionEvent } = await readBody(c, eventBody);
      experience.signIns.start(uid, interactionEvent);
      return noContent(c);
    })
    .open("POST", "/api/experience/verification/password", checkPassword(experience))
    .open("POST", "/api/experience/identification", identify(experience))
    .open("POST", "/api/experience/submit", submit(experience));
}

function checkPassword({ tenant, signIns, sentinel }: Experience): Handler {
  const { state, now, passwordCost } = tenant;
  return async (c) => {
    const { uid } = await interactionOf(c, tenant);
    const { identifier, password } = await readBody(c, passwordBody);
    const signIn = signIns.get(uid);
    const key = `${identifier.type}:${identifier.value}`;
    sentinel.assertOpen(key, now());
    const user = findUser(tenant, identifier);
    if (!(await verifyPassword(password, user?.passwordDigest ?? null, passwordCost)) || user === undefined) {
      sentinel.fail(key, now(), sentinelPolicyOf(state.signInExperience));
      throw new LogtoError(422, "session.invalid_credentials");
    }
    if (user.isSuspended) throw new LogtoError(401, "user.suspended");
    const { id } = addVerification(signIn, state.users.get(user.id).id, identifier);
    return answer(c, { verificationId: id });
  };
}

function identify({ tenant, signIns }: Experience): Handler {
  return async (c) => {
    const { uid } = await interactionOf(c, tenant);
    const body = identificationBody.safeParse(await rawBody(c));
    if (!body.success) throw new LogtoError(400, "guard.invalid_input");
    const signIn = signIns.get(uid);
    const verification = signIn.verifications.find(({ id }) => id === body.data.verificationId);
    if (verification === undefined) throw new LogtoError(404, "session.verification_session_not_found");
    const { methods } = tenant.state.signInExperience.signIn;
    const method = methods.find(({ identifier }) => identifier === verification.identifier.type);
    if (!method?.password) {
      throw new LogtoError(422, "user.sign_in_method_not_enabled");
    }
    if (tenant.state.users.get(verification.userId).isSuspended) throw new LogtoError(401, "user.suspended");
    if (signIn.userId !== undefined && signIn.userId !== verification.userId) {
      throw new LogtoError(409, "session.identity_conflict");
    }
    signIn.userId = verification.userId;
    return noContent(c);
  };
}

function submit({ tenant, signIns }: Experience): Handler {
  const { state, oidc } = tenant;
  return async (c) => {
    const { uid, params } = await interactionOf(c, tenant);
    const { userId, interactionEvent, verifications } = signIns.get(uid);
    if (userId === undefined) throw new LogtoError(404, "session.identifier_not_found");
    const user = state.users.get(userId);
    const clientId = String(params.client_id);
    user.lastSignInAt = tenant.now();
    user.applicationId ??= clientId;
    const { incoming, outgoing } = nodeBindings(c);
    state.oidc.pendingSubmissions.set(userId, {
      interactionEvent,
      userId,
      verificationRecords: verifications.map(({ id, identifier }) => ({
        id,
        type: "Password",
        identifier,
        verified: true,
      })),
      signInContext: { ip: incoming.socket.remoteAddress ?? "", userAgent: c.req.header("user-agent") ?? "" },
      clientId,
    });
    const login = { login: { accountId: userId } };
    const redirectTo = await oidc.provider.interactionResult(incoming, outgoing, login);
    signIns.finish(uid);
    return answer(c, { redirectTo });
  };
}

/** A phone may contain a plus, spaces and dashes. Every other identifier must match exactly. */
function findUser({ state }: TenantContext, { type, value }: Identifier): User | undefined {
  const wanted = type === "phone" ? value.replaceAll(/\D/g, "") : value;
  return wanted === "" ? undefined : state.users.findByIdentifier(type, wanted);
}
