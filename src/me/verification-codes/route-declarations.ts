/** What the routes of the codes take and answer. */
import * as z from "zod";
import { anyEmail } from "../../fields/email.ts";
import { anyPhone } from "../../fields/phone.ts";
import { verificationCode } from "../../fields/verification-code.ts";
import type { IdempotencyServices } from "../../http/idempotency.ts";
import { named } from "../../http/named.ts";
import { stepUpHeader } from "../../http/request-headers.ts";
import { accepted, instant, json, ok, protectedRoute } from "../../http/route.ts";
import { stepUpLinks, stepUpRecord } from "../../http/step-up-record.ts";

const recipient = { email: anyEmail.optional(), phone: anyPhone.optional() };
/** An e-mail address or a phone number, and never both. */
export type Addressed = { email?: string | undefined; phone?: string | undefined };

const exactlyOne = ({ email, phone }: Addressed) => (email === undefined) !== (phone === undefined);
const oneAddress = "takes either email or phone";

/** In the document, what zod can only check: an address of one of the two kinds, and the further members. */
const oneOfBoth = (further: Record<string, object> = {}) => ({
  type: "object" as const,
  oneOf: [
    { email: { type: "string", maxLength: 512, examples: ["alice@example.test"] } },
    { phone: { type: "string", maxLength: 64, examples: ["+1 202 555 0111"] } },
  ].map((address) => ({
    type: "object" as const,
    properties: { ...address, ...further },
    required: Object.keys({ ...address, ...further }),
    additionalProperties: false,
  })),
});
const codeInDocument = { type: "string", examples: ["526478"] };

const sentCode = named(
  "SentCode",
  z.object({
    sentTo: z.string().meta({ description: "The address in its canonical form." }),
    expiresAt: instant,
    resendAfter: instant,
  }),
);
const sentCodeLinks = {
  verifyCode: { operationId: "verifyCode", description: "Verify the code, for the same address." },
};

const identifierProof = named("IdentifierProof", z.object({ proven: z.literal(true), expiresAt: instant }));
const proofLinks = {
  updateIdentifier: {
    operationId: "updateProfile",
    description: "Once the address is proven: set it as `primaryEmail` or `primaryPhone`.",
  },
};

/** Every route of this resource. */
export const codeRouteDeclarations = (services: IdempotencyServices) => {
  const writeRoute = protectedRoute(services, { scope: "profile:write" });
  return {
    send: writeRoute(
      {
        method: "post",
        path: "/",
        operationId: "sendCode",
        summary: "Send a code to an address",
        description:
          "An address that is not yet the person's needs a `Verification-Id`, if there is any way for them to get one.",
        tags: ["verification codes"],
        request: {
          body: json(
            named("Recipient", z.strictObject(recipient).refine(exactlyOne, oneAddress).meta(oneOfBoth())),
          ),
        },
        responses: accepted("A code is on its way.", sentCode, { links: sentCodeLinks }),
      },
      ["too_many_requests"],
      stepUpHeader,
    ),
    verify: writeRoute(
      {
        method: "post",
        path: "/verify",
        operationId: "verifyCode",
        summary: "Verify a code",
        description:
          "For an address of the person's it proves that it is them; for another, that it is theirs.",
        tags: ["verification codes"],
        request: {
          body: json(
            named(
              "RecipientAndCode",
              z
                .strictObject({ ...recipient, verificationCode })
                .refine(exactlyOne, oneAddress)
                .meta(oneOfBoth({ verificationCode: codeInDocument })),
            ),
          ),
        },
        responses: ok(
          "A step-up record for an address of the person's, a proof for a new one.",
          z.union([stepUpRecord, identifierProof]),
          { links: { ...stepUpLinks, ...proofLinks } },
        ),
      },
      ["code_incorrect", "code_expired", "too_many_attempts"],
    ),
  };
};
