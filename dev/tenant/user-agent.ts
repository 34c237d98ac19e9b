const browsers = [
  { name: "Edge", pattern: /Edg\/([\d.]+)/, engine: "Blink" },
  { name: "Chrome", pattern: /Chrome\/([\d.]+)/, engine: "Blink" },
  { name: "Firefox", pattern: /Firefox\/([\d.]+)/, engine: "Gecko" },
  { name: "Safari", pattern: /Version\/([\d.]+).*Safari\//, engine: "WebKit" },
];
const systems = [
  { name: "Windows", pattern: /Windows NT ([\d.]+)/ },
  { name: "Android", pattern: /Android ([\d.]+)/ },
  { name: "iOS", pattern: /(?:iPhone|iPad).* OS ([\d_]+)/ },
  { name: "macOS", pattern: /Mac OS X ([\d_.]+)/ },
  { name: "Linux", pattern: /Linux/ },
];

/** What Logto's log shows of a User-Agent header. Only the commonest browsers and systems are known here. */
export function parseUserAgent(ua: string) {
  const browser = browsers.find(({ pattern }) => pattern.test(ua));
  const version = browser?.pattern.exec(ua)?.[1] ?? "";
  const system = systems.find(({ pattern }) => pattern.test(ua));
  const release = system?.pattern.exec(ua)?.[1]?.replaceAll("_", ".").replace(/\.0$/, "");
  return {
    ua,
    browser: browser ? { name: browser.name, version, major: version.split(".")[0] } : {},
    device: {},
    engine: browser ? { name: browser.engine, version } : {},
    os: system ? { name: system.name, ...(release ? { version: release } : {}) } : {},
    cpu: /Win64; x64|x86_64/.test(ua) ? { architecture: "amd64" } : {},
  };
}
