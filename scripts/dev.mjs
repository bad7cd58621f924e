// `npm run dev`: the Worker alone on this machine, with the settings of `.dev.vars`, its D1
// migrated, its crons fired every minute and every hour. All arguments are wrangler's; the
// environment is uat unless one is named, so that a laptop does not talk to production by accident.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { prepareAssets } from "./assets.mjs";
import { answers, runLocalSession } from "./local-session.mjs";
import { isPortFree, takeOption, takePort } from "./port.mjs";
import { root } from "./tool.mjs";
import { runWrangler } from "./wrangler.mjs";

/** What the arguments ask for: wrangler's own for the server, and those that D1 needs as well. */
export function readDevArguments(args) {
  const { port, rest } = takePort(args);
  const { value: environment = "uat", rest: others } = takeOption(rest, "--env", "-e");
  const shared = [`--env=${environment}`];
  for (const names of [["--config", "-c"], ["--persist-to"]]) {
    const { value } = takeOption(others, ...names);
    if (value !== undefined) shared.push(`${names[0]}=${value}`);
  }
  return {
    port,
    environment,
    migrate: ["d1", "migrations", "apply", "DB", "--local", ...shared],
    serve: ["dev", `--port=${port}`, `--env=${environment}`, ...others],
  };
}

/** The file with this machine's settings, or null: the environment's own goes before the common one. */
export function findSettingsFile(folder, environment) {
  const names = environment === "" ? [".dev.vars"] : [`.dev.vars.${environment}`, ".dev.vars"];
  return names.find((name) => existsSync(join(folder, name))) ?? null;
}

async function main() {
  const { port, environment, migrate, serve } = readDevArguments(process.argv.slice(2));
  const settings = findSettingsFile(root, environment);
  if (settings === null) {
    console.error("There is no .dev.vars: copy .dev.vars.example to .dev.vars and fill it in.");
    console.error("To try Chukta without an account, `npm start` brings a gateway of its own.");
    return 1;
  }
  if (!(await isPortFree(port))) {
    console.error(`Port ${port} is taken. Another one: npm run dev -- --port ${port + 1}`);
    return 1;
  }
  prepareAssets();
  const migrated = await runWrangler(migrate);
  if (migrated.code !== 0) {
    console.error(`${migrated.stdout}${migrated.stderr}`);
    console.error("The local database could not be migrated.");
    return 1;
  }
  return runLocalSession({
    args: serve,
    port,
    // `--tunnel` asks before it downloads what it needs, and is prolonged with a key.
    terminal: process.stdin.isTTY && process.stdout.isTTY,
    ready: (origin) => answers(`${origin}/healthz`),
    started: (origin) => {
      console.log(`Chukta is running at ${origin} with the settings of ${settings}.`);
      console.log("The crons are fired every minute and every hour; locally nothing else does.");
    },
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    process.exitCode = await main();
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
