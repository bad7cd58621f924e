// A deployment from beginning to end. First everything is looked up and everything that is missing is
// named or asked for, then the gateway is asked for one token, and only then something is changed:
// the database is made and migrated, and the Worker uploaded together with its new secrets. What is
// there already is kept, so running it again changes nothing but the code.
import { parseArgs } from "node:util";
import { chooseAddress } from "./address.mjs";
import { ensureDatabase, findAccounts, listSecrets, migrate, upload } from "./cloudflare.mjs";
import { checkCredentials } from "./gateway-token.mjs";
import { checkHealth } from "./health.mjs";
import { withPrivateFolder, writeSecrets } from "./private-folder.mjs";
import { Refusal } from "./refusal.mjs";
import { planSecrets, shownOnce } from "./secrets.mjs";
import { readTarget } from "./target.mjs";

/**
 * `wrangler` runs wrangler, `terminal` asks the person there (null without one), `environment` is
 * the process's, `print` shows a line. Throws a Refusal with what to do next; resolves to the list
 * of what is still wrong with what was deployed.
 */
export async function deploy({
  args,
  configFile,
  wrangler: runWrangler,
  terminal,
  environment,
  print,
  patience = {},
}) {
  const target = await readTarget(configFile, readEnvironmentName(args));
  print(`Deploying ${target.worker}.`);

  const missing = [];
  const account = await chooseAccount({ target, runWrangler, terminal, environment, missing });
  const wrangler = (command, options = {}) =>
    runWrangler(command, {
      ...options,
      env: { ...(account === null ? {} : { CLOUDFLARE_ACCOUNT_ID: account }), ...options.env },
    });

  // Without a login it is not known what the Worker has: what a first deployment needs is named.
  const existing = missing.length > 0 ? null : await listSecrets(wrangler, target);
  const plan = planSecrets(existing ?? new Set(), environment);
  for (const name of plan.wanted) {
    if (terminal === null)
      missing.push(`${name}: from the Pine Labs dashboard, Settings → API Keys`);
    else plan.set[name] = await askForSecret(terminal, name);
  }
  if (missing.length > 0) {
    const list = missing.map((line) => `  ${line}`).join("\n");
    throw new Refusal(`Nothing was changed. Set in the environment what is missing:\n${list}`);
  }

  if (plan.set.PINELABS_CLIENT_ID !== undefined) {
    await checkCredentials(target.gateway, {
      client_id: plan.set.PINELABS_CLIENT_ID,
      client_secret: plan.set.PINELABS_CLIENT_SECRET,
    });
    print(`The gateway at ${target.gateway} takes the credentials.`);
  }

  const database = await ensureDatabase(wrangler, target);
  print(`The database ${target.database} was ${database}.`);
  await migrate(wrangler, target);
  print("The database is migrated.");
  const targets = await uploadWithSecrets({ wrangler, target, plan, terminal, print });

  const address = chooseAddress(targets, target.public_url);
  if (address === null) {
    return ["The Worker has no address of its own: give it a route or a custom domain."];
  }
  const apiKey = plan.set.API_KEY ?? (environment.API_KEY || null);
  const { faults, notes } = await checkHealth(address, apiKey, patience);
  print(`
The webhook's address, for the dashboard:  ${address}/webhooks/pinelabs
The API:                                   ${address}/v1/orders`);
  for (const note of notes) print(`\n${note}`);
  return faults;
}

function readEnvironmentName(args) {
  try {
    const { values } = parseArgs({ args, options: { env: { type: "string", default: "" } } });
    return values.env;
  } catch (error) {
    throw new Refusal(`${error.message}. Usage: npm run deploy [-- --env uat]`, { cause: error });
  }
}

/** The account's id, or null when wrangler finds the only one by itself. */
async function chooseAccount({ target, runWrangler, terminal, environment, missing }) {
  let accounts = await findAccounts(runWrangler);
  if (accounts === null && terminal !== null) {
    await runWrangler(["login"], { show: true });
    accounts = await findAccounts(runWrangler);
    if (accounts === null)
      throw new Refusal("Nobody is signed in to Cloudflare: npx wrangler login");
  }
  const chosen = target.account ?? (environment.CLOUDFLARE_ACCOUNT_ID || null);
  if (accounts === null) {
    missing.push("CLOUDFLARE_API_TOKEN: a token of your Cloudflare account, see docs/deploy.md");
    return chosen;
  }
  if (chosen !== null || accounts.length < 2) return chosen;
  const choices = accounts.map(({ id, name }, index) => `  ${index + 1}. ${name} (${id})`);
  if (terminal === null) {
    const ids = accounts.map(({ id }) => id).join(", ");
    missing.push(`CLOUDFLARE_ACCOUNT_ID: one of ${ids}`);
    return null;
  }
  const answer = await terminal.ask(`Which Cloudflare account?\n${choices.join("\n")}\nNumber: `);
  const account = accounts[Number(answer) - 1];
  if (account === undefined)
    throw new Refusal("That is none of the accounts. Nothing was changed.");
  return account.id;
}

async function askForSecret(terminal, name) {
  const value = await terminal.askHidden(
    `${name} (from the Pine Labs dashboard, Settings → API Keys; not shown): `,
  );
  if (value === "") throw new Refusal(`${name} is needed. Nothing was changed.`);
  return value;
}

/** Uploads, and shows the secrets that were made as soon as the Worker has them. */
async function uploadWithSecrets({ wrangler, target, plan, terminal, print }) {
  try {
    const targets = await withPrivateFolder((folder) =>
      upload(wrangler, target, { secretsFile: writeSecrets(folder, plan.set), folder }),
    );
    printSecrets({ plan, target, terminal, print });
    return targets;
  } catch (error) {
    // Half a deployment: wrangler may have uploaded the Worker before it failed.
    const uploaded =
      plan.made.length > 0 ? await listSecrets(wrangler, target).catch(noAnswer) : null;
    if (plan.made.every((name) => uploaded?.has(name)))
      printSecrets({ plan, target, terminal, print });
    throw error;
  }
}

/** The failure that is told is the upload's. */
const noAnswer = () => null;

/** Shows what a person needs and what cannot be read again. Logs of a machine are no place for it. */
function printSecrets({ plan, target, terminal, print }) {
  const made = shownOnce.filter((name) => plan.made.includes(name));
  if (made.length === 0) return;
  if (terminal === null) {
    print(`
${made.join(", ")}: made at random and not shown here, because this may be kept in a log.
To set your own:
${made.map((name) => `  npx wrangler secret put ${name} --env=${target.environment}`).join("\n")}`);
    return;
  }
  print("\nKeep these now, they are not shown again:");
  for (const name of made) print(`  ${name}  ${plan.set[name]}`);
}
