// A wrangler configuration as it has to be written in another folder and for another port: paths
// stay what they name, addresses of this machine get the port. The rest is kept to the letter.
import { join, relative } from "node:path";
import { defaultPort } from "./port.mjs";

/** `from` and `to` are absolute folders; the text is TOML as this project writes it. */
export function relocateConfig(text, { from, to, port }) {
  const move = (path) => {
    const moved = relative(to, join(from, path)).replaceAll("\\", "/");
    return moved.startsWith(".") ? moved : `./${moved}`;
  };
  return text
    .replaceAll(/^(main\s*=\s*)"([^"]+)"/gm, (_, key, path) => `${key}"${move(path)}"`)
    .replaceAll(/^((?!main\b)[^#\n]*=\s*)"(\.{1,2}\/[^"]*)"/gm, (_, key, path) => {
      return `${key}"${move(path)}"`;
    })
    .replaceAll(new RegExp(`\\b(localhost|127\\.0\\.0\\.1):${defaultPort}\\b`, "g"), `$1:${port}`);
}
