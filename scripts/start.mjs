// `npm start`: the Worker and the sandbox together, with settings, secrets and a database of their
// own, so that nothing has to be installed, signed up for or configured. Ctrl-C ends all of it.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { prepareAssets } from "./assets.mjs";
import { answers, runLocalSession } from "./local-session.mjs";
import { defaultPort, isPortFree, takeOption, takePort } from "./port.mjs";
import { relocateConfig } from "./relocate-config.mjs";
import { root } from "./tool.mjs";
import { runWrangler } from "./wrangler.mjs";

/** What the arguments ask for; whatever is left goes to wrangler. */
export function readStartArguments(args) {
  const { port, rest } = takePort(args);
  const { value, rest: others } = takeOption(rest, "--persist-to");
  // Two sandboxes at once must not share their books.
  const own = port === defaultPort ? ".wrangler/sandbox" : `.wrangler/sandbox-${port}`;
  return { port, state: value ?? own, others };
}

/** Writes both configurations for this port; returns their paths, the sandbox's first. */
function writeConfigs(port) {
  const from = join(root, "src", "sandbox");
  const to = join(root, ".wrangler", `start-${port}`);
  mkdirSync(to, { recursive: true });
  return ["wrangler.toml", "merchant.toml"].map((name) => {
    const text = readFileSync(join(from, name), "utf8");
    const path = join(to, name);
    writeFileSync(path, relocateConfig(text, { from, to, port }));
    return relative(root, path).replaceAll("\\", "/");
  });
}

async function main() {
  const { port, state, others } = readStartArguments(process.argv.slice(2));
  if (!(await isPortFree(port))) {
    console.error(`Port ${port} is taken. Another one: npm start -- --port ${port + 1}`);
    return 1;
  }
  prepareAssets();
  const [sandbox, merchant] = writeConfigs(port);
  const place = [`--persist-to=${state}`, `--config=${merchant}`];
  const migrated = await runWrangler(["d1", "migrations", "apply", "DB", "--local", ...place]);
  if (migrated.code !== 0) {
    console.error(`${migrated.stdout}${migrated.stderr}`);
    console.error("The sandbox's database could not be migrated.");
    return 1;
  }
  const served = ["dev", "-c", sandbox, "-c", merchant];
  return runLocalSession({
    args: [...served, `--persist-to=${state}`, `--port=${port}`, ...others],
    port,
    // Both Workers: the sandbox answers itself, everything else goes through it to Chukta.
    ready: async (origin) =>
      (await answers(`${origin}/sandbox`)) && (await answers(`${origin}/healthz`)),
    started: (origin) => {
      console.log(`
Chukta and its sandbox are running.

  Start here      ${origin}/sandbox
                  create a link, pay it, and see what Chukta knows
  The API         ${origin}/v1/orders
                  with the header: Authorization: Bearer ${readApiKey(merchant)}
  To try it out   ${origin}/docs

The crons run every minute and every hour. Ctrl-C stops everything; what was paid is kept in ${state}.
`);
    },
  });
}

/** The made-up key of the sandbox's merchant. */
export function readApiKey(config) {
  return /^API_KEY = "(.*)"$/m.exec(readFileSync(join(root, config), "utf8"))?.[1] ?? "";
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    process.exitCode = await main();
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
