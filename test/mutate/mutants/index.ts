import type { MutatedFolder } from "../mutant.ts";
import { journal } from "./journal.ts";
import { logtoPeople } from "./logto-people.ts";
import { password } from "./password.ts";
import { profile } from "./profile.ts";
import { vault } from "./vault.ts";
import { verification } from "./verification.ts";

/** Every wrong change, by folder. */
export const mutatedFolders: readonly MutatedFolder[] = [
  vault,
  journal,
  password,
  logtoPeople,
  profile,
  verification,
];
