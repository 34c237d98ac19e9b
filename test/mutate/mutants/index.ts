import type { MutatedFolder } from "../mutant.ts";
import { database } from "./database.ts";
import { fields } from "./fields.ts";
import { http } from "./http.ts";
import { journal } from "./journal.ts";
import { logtoCalls } from "./logto-calls.ts";
import { logtoPeople } from "./logto-people.ts";
import { password } from "./password.ts";
import { profile } from "./profile.ts";
import { requests } from "./requests.ts";
import { runtime } from "./runtime.ts";
import { session } from "./session.ts";
import { sessions } from "./sessions.ts";
import { telemetry } from "./telemetry.ts";
import { undo } from "./undo.ts";
import { vault } from "./vault.ts";
import { verification } from "./verification.ts";
import { workers } from "./workers.ts";

/** Every wrong change, by folder. */
export const mutatedFolders: readonly MutatedFolder[] = [
  vault,
  journal,
  password,
  verification,
  profile,
  sessions,
  undo,
  logtoPeople,
  logtoCalls,
  http,
  requests,
  fields,
  database,
  runtime,
  workers,
  telemetry,
  session,
];
