import * as z from "zod/v3";
import { answer } from "../http/answer.ts";
import { readBody } from "../http/body.ts";
import type { RouteTable } from "../http/route-table.ts";
import { randomId } from "../ids.ts";
import { type EmailTemplate, templateTypes } from "../store/email-templates.ts";
import type { TenantContext } from "../tenant-context.ts";

const templatesBody = z.object({
  templates: z
    .object({
      languageTag: z.string().min(1),
      templateType: z.enum(templateTypes),
      details: z.object({ subject: z.string(), content: z.string() }).passthrough(),
    })
    .array(),
});

/** `/api/email-templates`: texts of the tenant's own, by language. */
export function emailTemplateRoutes(routes: RouteTable, { state, now }: TenantContext): void {
  const show = (template: EmailTemplate) => ({ tenantId: "default", ...template });
  routes
    .on("GET", "/api/email-templates", (c) => answer(c, state.emailTemplates.list().map(show)))
    .on("PUT", "/api/email-templates", async (c) => {
      const { templates } = await readBody(c, templatesBody);
      const stored = templates.map((template) => ({ id: randomId(21), ...template, createdAt: now() }));
      for (const template of stored) state.emailTemplates.put(template);
      return answer(c, stored.map(show));
    });
}
