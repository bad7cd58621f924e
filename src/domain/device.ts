// Which device a session is on, roughly, so that its owner tells it from another: "Chrome on Windows". Pure.
// A browser says of itself what it likes; nothing is decided by it.

const BROWSERS: readonly (readonly [form: RegExp, name: string])[] = [
  [/\bEdg(?:A|iOS)?\//, "Edge"],
  [/\bOPR\//, "Opera"],
  [/\bSamsungBrowser\//, "Samsung Internet"],
  [/\b(?:Firefox|FxiOS)\//, "Firefox"],
  [/\b(?:Headless)?(?:Chrome|CriOS)\//, "Chrome"],
  [/\bSafari\//, "Safari"],
];

const SYSTEMS: readonly (readonly [form: RegExp, name: string])[] = [
  [/\biPad\b/, "an iPad"],
  [/\biPhone\b/, "an iPhone"],
  [/\bAndroid\b/, "Android"],
  [/\bWindows\b/, "Windows"],
  [/\bCrOS\b/, "a Chromebook"],
  [/\bMac OS X\b/, "a Mac"],
  [/\bLinux\b/, "Linux"],
];

/** `agent`: the header User-Agent. Only words of our own come out. */
export function roughDevice(agent: string): string {
  const text = agent.slice(0, 500);
  const browser = BROWSERS.find(([form]) => form.test(text))?.[1] ?? null;
  const system = SYSTEMS.find(([form]) => form.test(text))?.[1] ?? null;
  if (browser === null && system === null) return "An unknown device";
  return `${browser ?? "A browser"} on ${system ?? "an unknown device"}`;
}
