/** The sign-in form. It calls the Experience API as any other client does. */
export function signInPage(nonce: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Sign in · dev tenant</title>
<style nonce="${nonce}">${style}</style>
</head>
<body>
<main>
<p class="mark" aria-hidden="true">D</p>
<h1>Sign in</h1>
<p class="intro">This is the development tenant: the password of <code>alice</code> is <code>alice-password-1</code>.</p>
<form method="post">
  <label for="identifier">Username, e-mail or phone</label>
  <input id="identifier" name="identifier" autocomplete="username" autocapitalize="none" spellcheck="false" enterkeyhint="next" required autofocus>
  <label for="password">Password</label>
  <input id="password" name="password" type="password" autocomplete="current-password" enterkeyhint="go" required>
  <label for="code" hidden>Code of your second factor</label>
  <input id="code" name="code" autocomplete="one-time-code" enterkeyhint="go" hidden>
  <p role="alert"></p>
  <button type="submit">Sign in</button>
</form>
</main>
<script nonce="${nonce}">${script}</script>
</body>
</html>`;
}

const style = `
  :root { color-scheme: light dark; --ink: light-dark(#14181f, #eef1f5); --muted: light-dark(#566071, #9ba6b5); --edge: light-dark(#8c96a5, #6b7787); --accent: light-dark(#2f49c4, #93a7ff); }
  * { box-sizing: border-box; }
  body { margin: 0; min-height: 100vh; display: grid; grid-template-columns: minmax(0, 25rem); place-content: start center; padding: clamp(1rem, 10vh, 6rem) 1rem 2rem;
    background: light-dark(#f6f7f9, #0d1117); color: var(--ink); font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
  main { padding: clamp(1.25rem, 6vw, 2rem); background: light-dark(#fff, #151a21); border: 1px solid light-dark(#e2e6ec, #272f3a); border-radius: 0.875rem; }
  .mark { display: grid; place-items: center; width: 2.25rem; height: 2.25rem; margin: 0 0 1rem; border-radius: 0.5rem; background: #3350d0; color: #fff; font-weight: 700; }
  h1 { margin: 0; font-size: 1.5rem; line-height: 1.25; letter-spacing: -0.015em; }
  .intro { margin: 0.375rem 0 1.5rem; color: var(--muted); font-size: 0.875rem; }
  [hidden] { display: none !important; }
  label, input, button { display: block; width: 100%; }
  label { font-size: 0.875rem; font-weight: 600; }
  input { min-height: 2.75rem; margin: 0.375rem 0 1.25rem; padding: 0.5rem 0.75rem; border: 1px solid var(--edge); border-radius: 0.625rem; background: light-dark(#fff, #1a2029); color: inherit; font: inherit; }
  input:hover { border-color: var(--ink); }
  input:focus { outline: 2px solid transparent; border-color: var(--accent); box-shadow: 0 0 0 3px color-mix(in srgb, var(--accent) 30%, transparent); }
  button { min-height: 2.75rem; border: 1px solid transparent; border-radius: 0.625rem; background: #3350d0; color: #fff; font: inherit; font-weight: 650; cursor: pointer; }
  button:hover { background: #2c46b8; }
  button:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
  [role=alert] { margin: 0 0 1rem; color: light-dark(#b3261e, #ff9a8f); font-size: 0.875rem; font-weight: 600; }
  [role=alert]:empty { display: none; }
`;

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
