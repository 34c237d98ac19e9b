/** The sign-in form. It calls the Experience API as any other client does. */
export function signInPage(nonce: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Sign in · dev tenant</title>
<style nonce="${nonce}">
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 22rem; margin: 4rem auto; padding: 0 1rem; }
  [hidden] { display: none !important; }
  label, input, button { display: block; width: 100%; box-sizing: border-box; }
  input, button { margin: 0.25rem 0 1rem; padding: 0.5rem; font: inherit; }
</style>
</head>
<body>
<main>
<h1>Sign in</h1>
<form method="post">
  <label for="identifier">Username, e-mail or phone</label>
  <input id="identifier" name="identifier" autocomplete="username" required autofocus>
  <label for="password">Password</label>
  <input id="password" name="password" type="password" autocomplete="current-password" required>
  <label for="code" hidden>Code of your second factor</label>
  <input id="code" name="code" autocomplete="one-time-code" hidden>
  <button type="submit">Sign in</button>
  <p role="alert"></p>
</form>
</main>
<script nonce="${nonce}">${script}</script>
</body>
</html>`;
}

const script = `
  const form = document.querySelector("form");
  const call = async (method, path, body) => {
    const headers = body ? { "content-type": "application/json" } : {};
    const response = await fetch("/api/experience" + path, { method, headers, body: body && JSON.stringify(body) });
    const text = await response.text();
    const answer = text ? JSON.parse(text) : {};
    if (!response.ok) throw new Error(answer.code);
    return answer;
  };
  const typeOf = (value) => value.includes("@") ? "email" : /^[+\\d][\\d\\s()-]*$/.test(value) ? "phone" : "username";
  form.elements.identifier.value = new URLSearchParams(location.search).get("login_hint") ?? "";
  const identify = async ({ identifier, password }) => {
    await call("PUT", "", { interactionEvent: "SignIn" });
    const named = { type: typeOf(identifier), value: identifier };
    const { verificationId } = await call("POST", "/verification/password", { identifier: named, password });
    await call("POST", "/identification", { verificationId });
  };
  const proveSecondFactor = ({ code }) => {
    const factor = code.length > 6 ? "backup-code" : "totp";
    return call("POST", "/verification/" + factor + "/verify", { code });
  };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const fields = Object.fromEntries(new FormData(form));
    const { code } = form.elements;
    try {
      await (code.hidden ? identify(fields) : proveSecondFactor(fields));
      const { redirectTo } = await call("POST", "/submit");
      location.assign(redirectTo);
    } catch (error) {
      if (error.message === "session.mfa.require_mfa_verification") {
        code.hidden = form.querySelector("label[for=code]").hidden = false;
        code.focus();
      } else document.querySelector("[role=alert]").textContent = "That did not work: " + error.message;
    }
  });
`;
