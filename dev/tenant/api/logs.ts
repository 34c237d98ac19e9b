import * as z from "zod/v3";
import { answer } from "../http/answer.ts";
import { LogtoError } from "../http/logto-error.ts";
import { page } from "../http/pagination.ts";
import { type Handler, param, type RouteTable } from "../http/route-table.ts";
import type { LogEntry } from "../store/audit-log.ts";
import type { TenantContext } from "../tenant-context.ts";

const query = z.object({
  userId: z.string().optional(),
  applicationId: z.string().optional(),
  logKey: z.string().optional(),
  start_time: z.string().optional(),
  end_time: z.string().optional(),
});

/** `/api/logs`: the audit log, newest first. It cannot be deleted. */
export function logRoutes(routes: RouteTable, tenant: TenantContext): void {
  const { auditLog } = tenant.state;
  routes
    .on("GET", "/api/logs", listLogs(tenant))
    .on("GET", "/api/logs/:id", (c) => answer(c, show(auditLog.get(param(c, "id")))));
}

function listLogs({ state: { auditLog } }: TenantContext): Handler {
  return (c) => {
    const given = Object.entries(c.req.queries()).map(([name, values]) => {
      return [name, values.length > 1 ? values : values[0]];
    });
    const { userId, applicationId, logKey, start_time, end_time } = query.parse(Object.fromEntries(given));
    const [start, end] = [time(start_time) ?? 0, time(end_time) ?? Number.POSITIVE_INFINITY];
    if (start > end) throw new LogtoError(400, "log.invalid_time_window");
    const entries = auditLog.list().filter(({ key, payload, createdAt }) => {
      const wanted = (userId ?? payload.userId) === payload.userId && (logKey ?? key) === key;
      const ofApplication = (applicationId ?? payload.applicationId) === payload.applicationId;
      return wanted && ofApplication && createdAt >= start && createdAt <= end;
    });
    return page(c, entries, show);
  };
}

function time(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d+$/.test(text)) throw new LogtoError(400, "guard.invalid_input");
  return Number(text);
}

function show({ id, key, payload, createdAt }: LogEntry) {
  return { tenantId: "default", id, key, payload: { key, ...payload }, createdAt };
}
