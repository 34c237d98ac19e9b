/** The pages of a social sign-in: the way to the provider, the provider's own page, and the way back. */

/** The head and body of a page with a script. */
const page = (nonce: string, body: string, script = "") => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Mock Social · dev tenant</title>
</head>
<body>
<main>${body}</main>
<script nonce="${nonce}">${script}</script>
</body>
</html>`;

const client = `
  const call = async (method, path, body) => {
    const headers = body ? { "content-type": "application/json" } : {};
    const response = await fetch("/api/experience" + path, { method, headers, body: body && JSON.stringify(body) });
    const text = await response.text();
    if (!response.ok) throw new Error(JSON.parse(text).code);
    return text.startsWith("{") ? JSON.parse(text) : {};
  };
  const say = (error) => document.querySelector("[role=alert]").textContent = "That did not work: " + error.message;
`;

/** `/direct/social/:target`: goes on to the provider at once. */
export const departurePage = (nonce: string): string =>
  page(
    nonce,
    '<p role="alert"></p>',
    `${client}
  const depart = async () => {
    const { socialConnectors } = await (await fetch("/api/.well-known/sign-in-exp")).json();
    const connector = socialConnectors.find(({ target }) => location.pathname === "/direct/social/" + target);
    if (!connector) return location.replace("/sign-in" + location.search);
    await call("PUT", "", { interactionEvent: "SignIn" });
    const state = Math.random().toString(36).slice(2);
    const redirectUri = location.origin + "/callback/" + connector.id;
    const path = "/verification/social/" + connector.id + "/authorization-uri";
    const { authorizationUri, verificationId } = await call("POST", path, { state, redirectUri });
    sessionStorage.setItem(state, verificationId);
    location.replace(authorizationUri.replace("http://mock-social/", "/dev/mock-social"));
  };
  depart().catch(say);
`,
  );

/** `/callback/:connectorId`: somebody who is not known is registered. */
export const arrivalPage = (nonce: string): string =>
  page(
    nonce,
    '<p role="alert"></p>',
    `${client}
  const arrive = async () => {
    const connectorData = Object.fromEntries(new URLSearchParams(location.search));
    const verificationId = sessionStorage.getItem(connectorData.state);
    await call("POST", "/verification" + location.pathname.replace("callback", "social") + "/verify", {
      verificationId, connectorData: { ...connectorData, redirectUri: location.origin + location.pathname },
    });
    try {
      await call("POST", "/identification", { verificationId });
    } catch (error) {
      if (error.message !== "user.identity_not_exist") throw error;
      await call("PUT", "/interaction-event", { interactionEvent: "Register" });
      await call("POST", "/identification", { verificationId });
    }
    location.replace((await call("POST", "/submit")).redirectTo);
  };
  arrive().catch(say);
`,
  );

/** `/dev/mock-social`: the provider believes whatever is typed. */
export const providerPage = (nonce: string): string =>
  page(
    nonce,
    `<h1>Mock Social</h1>
<form>
  <label>E-mail <input name="email" type="email" required autofocus></label>
  <label>Name <input name="name"></label>
  <button type="submit">Sign in</button>
</form>`,
    `
  document.querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    const { email, name } = Object.fromEntries(new FormData(event.target));
    const sent = new URLSearchParams(location.search);
    const query = new URLSearchParams({ code: "mock", state: sent.get("state"), userId: email, email, name });
    location.assign(sent.get("redirect_uri") + "?" + query);
  });
`,
  );
