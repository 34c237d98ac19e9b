import type { MutatedFolder } from "../mutant.ts";
import { http } from "./http.ts";
import { journal } from "./journal.ts";
import { logtoCalls } from "./logto-calls.ts";
import { logtoPeople } from "./logto-people.ts";
import { password } from "./password.ts";
import { profile } from "./profile.ts";
import { runtime } from "./runtime.ts";
import { vault } from "./vault.ts";
import { verification } from "./verification.ts";

/** Every wrong change, by folder. */
export const mutatedFolders: readonly MutatedFolder[] = [
  vault,
  journal,
  password,
  verification,
  profile,
  logtoPeople,
  logtoCalls,
  http,
  runtime,
];
