// Puts beside the page at /docs the files of Swagger UI that it shows the API with: copies, because what is
// uploaded must be in public/, and links are not to be had on every machine. The icons that its style sheet
// holds as data become files, so that the page's policy is `default-src 'self'` and nothing more.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { root } from "./tool.mjs";

const copied = ["swagger-ui-bundle.js", "swagger-ui-bundle.js.LICENSE.txt"];
const styleSheet = "swagger-ui.css";
const icon = /url\("data:image\/svg\+xml;charset=utf-8,((?:[^"\\]|\\.)*)"\)/g;

/** Call before anything that serves or uploads public/. */
export function prepareAssets() {
  const from = dirname(createRequire(import.meta.url).resolve("swagger-ui-dist/package.json"));
  const to = join(root, "public", "docs");
  mkdirSync(to, { recursive: true });
  for (const file of copied) copyFileSync(join(from, file), join(to, file));
  const { style, icons } = takeIcons(readFileSync(join(from, styleSheet), "utf8"));
  writeFileSync(join(to, styleSheet), style);
  icons.forEach((svg, index) => writeFileSync(join(to, nameOf(index)), svg));
}

/** The style sheet with addresses of icons, and each different icon once. */
export function takeIcons(style) {
  const icons = [];
  const changed = style.replaceAll(icon, (_, text) => {
    const svg = decodeURIComponent(text.replaceAll(/\\(.)/g, "$1"));
    if (!icons.includes(svg)) icons.push(svg);
    return `url("${nameOf(icons.indexOf(svg))}")`;
  });
  return { style: changed, icons };
}

function nameOf(index) {
  return `swagger-ui-icon-${index + 1}.svg`;
}
