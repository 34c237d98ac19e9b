/** `/me/avatar`, where a person sets their picture, and `/avatars`, where everybody can see it. */
import { OpenAPIHono } from "@hono/zod-openapi";
import * as z from "zod";
import { isPictureType, pictureAt, pictureTypes } from "../../fields/avatar.ts";
import { readBody } from "../../http/body.ts";
import type { Env } from "../../http/env.ts";
import { parseMediaType } from "../../http/media-type.ts";
import { named } from "../../http/named.ts";
import { headersOf } from "../../http/response-headers.ts";
import { ok, protectedRoute, publicRoute } from "../../http/route.ts";
import { refuseInvalid } from "../../http/validation.ts";
import { Refusal } from "../../problem.ts";
import type { Services } from "../../services.ts";
import { removeAvatar, setAvatar } from "./change-avatar.ts";
import { maxPictureBytes, type Upload } from "./clean-picture.ts";
import { readAvatar } from "./read-avatar.ts";

const avatar = named(
  "Avatar",
  z.object({
    avatar: z.string().nullable().meta({ description: "The address of the picture; null without one." }),
  }),
);
const binary = { schema: z.string().meta({ format: "binary" }) };
const pictures = Object.fromEntries(Object.keys(pictureTypes).map((type) => [type, binary]));

const setRoute = (services: Services) =>
  protectedRoute(services, { scope: "profile:write" })(
    {
      method: "put",
      path: "/",
      operationId: "setAvatar",
      summary: "Set the picture",
      description:
        "One still picture of at most 512 by 512 pixels and 128 KiB. Everything that decoding does not need is dropped, such as places and times.",
      tags: ["profile"],
      request: { body: { required: true, content: pictures } },
      responses: ok("Its address, which is public and changes with the picture.", avatar),
    },
    ["body_too_large", "unsupported_media_type", "picture_refused", "outcome_unknown", "data_integrity"],
  );

const removeRoute = (services: Services) =>
  protectedRoute(services, { scope: "profile:write" })(
    {
      method: "delete",
      path: "/",
      operationId: "removeAvatar",
      summary: "Remove the picture",
      tags: ["profile"],
      responses: ok("There is none any more.", avatar),
    },
    ["outcome_unknown"],
  );

/** The body is a picture, so these routes stand before the middleware that reads JSON. */
export function avatarRoutes(services: Services) {
  return new OpenAPIHono<Env>({ defaultHook: refuseInvalid })
    .openapi(setRoute(services), async (c) => {
      const upload = await readUpload(c.req.raw);
      return c.json({ avatar: await setAvatar(services, c.get("caller"), upload) }, 200);
    })
    .openapi(removeRoute(services), async (c) => {
      await removeAvatar(services, c.get("caller"));
      return c.json({ avatar: null }, 200);
    });
}

/** @throws {Refusal} `unsupported_media_type`, `body_too_large`. */
async function readUpload(request: Request): Promise<Upload> {
  const { type = "" } = parseMediaType(request.headers.get("content-type") ?? "") ?? {};
  if (!isPictureType(type) || request.headers.has("content-encoding"))
    throw new Refusal("unsupported_media_type");
  return { type, bytes: await readBody(request, maxPictureBytes) };
}

const pictureRoute = publicRoute(
  {
    method: "get",
    path: "/{file}",
    operationId: "showAvatar",
    summary: "Show a picture that somebody has set",
    tags: ["profile"],
    request: { params: z.object({ file: z.string() }) },
    responses: {
      200: { description: "The picture.", headers: headersOf(["X-Request-Id"]), content: pictures },
    },
  },
  ["not_found", "storage_unavailable"],
);

/**
 * An address names the content, so a copy is good for ever. Pages of any origin may show it. Opened by itself it is
 * a document with no rights at all.
 */
const headersOfPictures = {
  "Cache-Control": "public, max-age=31536000, immutable",
  "Content-Security-Policy": "sandbox; default-src 'none'",
  "Cross-Origin-Resource-Policy": "cross-origin",
  Vary: "Origin",
};

export function pictureRoutes(services: Pick<Services, "db">) {
  return new OpenAPIHono<Env>({ defaultHook: refuseInvalid }).openapi(pictureRoute, async (c) => {
    const name = pictureAt(`/avatars/${c.req.valid("param").file}`);
    const picture = name && (await readAvatar(services, name));
    if (!picture) throw new Refusal("not_found");
    return c.body(picture.bytes, 200, { ...headersOfPictures, "Content-Type": picture.type });
  });
}
