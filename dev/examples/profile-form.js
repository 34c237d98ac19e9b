/** What both pages do once they have a client: the name, a masked detail, a proof in between. */
import { ProblemError } from "./client/client.ts";

export const find = (id) => document.getElementById(id);
const say = (text) => {
  find("said").textContent = text;
};

/** Asks for the password, again after a wrong one. @returns undefined if the person gives up. */
export function askForPassword(_methods, { refused }) {
  const dialog = find("proof");
  find("password").value = "";
  if (refused) say("That is not your password.");
  dialog.showModal();
  return new Promise((resolve) => {
    const close = () =>
      resolve(dialog.returnValue === "ok" ? { password: find("password").value } : undefined);
    dialog.addEventListener("close", close, { once: true });
  });
}

/** Does something, and says what the service refuses. */
async function attempt(work) {
  try {
    say(await work());
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    say(error.problem.errors?.[0]?.message ?? error.message);
  }
}

/** @param signOut leads away. */
export async function showProfile(client, signOut) {
  let { data, etag } = await client.profile.get();
  find("name").value = data.name ?? "";
  find("profile").hidden = false;
  find("profile").addEventListener("submit", (event) => {
    event.preventDefault();
    void attempt(async () => {
      ({ data, etag } = await client.profile.patch({ name: find("name").value }, { ifMatch: etag }));
      return `Saved: ${data.name}`;
    });
  });
  find("reveal").addEventListener("click", () =>
    attempt(async () => `Social security number: ${(await client.business.reveal(["ssn"])).ssn ?? "none"}`),
  );
  find("sign-out").addEventListener("click", signOut);
}
