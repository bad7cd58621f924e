// Finds the Chromium or Chrome that the browser tests drive. They never download one, and they
// never pass without one: a missing browser is a failure that says what to install.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { env, platform } from "node:process";
import { chromium, type Browser } from "playwright-core";

function listCandidates(): readonly string[] {
  if (platform === "darwin") {
    const folders = ["/Applications", join(env["HOME"] ?? "", "Applications")];
    return folders.flatMap((folder) => [
      join(folder, "Google Chrome.app/Contents/MacOS/Google Chrome"),
      join(folder, "Chromium.app/Contents/MacOS/Chromium"),
      join(folder, "Microsoft Edge.app/Contents/MacOS/Microsoft Edge"),
    ]);
  }
  if (platform === "win32") {
    const folders = [env["ProgramFiles"], env["ProgramFiles(x86)"], env["LOCALAPPDATA"]];
    return folders
      .filter((folder) => folder !== undefined)
      .flatMap((folder) => [
        join(folder, "Google\\Chrome\\Application\\chrome.exe"),
        join(folder, "Chromium\\Application\\chrome.exe"),
        join(folder, "Microsoft\\Edge\\Application\\msedge.exe"),
      ]);
  }
  return [
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome",
    "/usr/bin/google-chrome-stable",
    "/snap/bin/chromium",
  ];
}

/** The path of a browser on this machine; throws with what to install when there is none. */
export function getBrowserPath(): string {
  const chosen = env["CHROMIUM_PATH"];
  if (chosen !== undefined && chosen !== "") {
    if (existsSync(chosen)) return chosen;
    throw new Error(`CHROMIUM_PATH names ${chosen}, where there is no file.`);
  }
  const found = listCandidates().find((path) => existsSync(path));
  if (found !== undefined) return found;
  throw new Error(
    "The browser tests need Chromium or Chrome and found none. Install one " +
      "(Debian and Ubuntu: `apt-get install chromium`; macOS: `brew install --cask chromium`; " +
      "Windows: `winget install Google.Chrome`), or set CHROMIUM_PATH to its executable.",
  );
}

/** Starts a browser without a window. The caller closes it. */
export async function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: getBrowserPath(),
    headless: true,
    args: [
      // Without it Chromium does not start as root, which is what most containers are.
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}
