/** The cookie session: the browser's cookie says who calls, and no script can read it. */
import { createClient } from "./client/client.ts";
import { askForPassword, find, showProfile } from "./profile-form.js";

const client = createClient({ onStepUp: askForPassword });
const session = await client.session.get();
if (session.authenticated) {
  await showProfile(client, async () => location.assign(await client.session.signOut()));
} else {
  find("sign-in").hidden = false;
  find("sign-in").addEventListener("click", () =>
    location.assign(client.session.signInUrl({ returnTo: location.pathname })),
  );
}
