// Stands in for wrangler in the tests of `npm run deploy`: a Cloudflare account in a JSON file, whose
// path is the first argument. Answers as wrangler 4 does, and writes down every call. `account.fail`
// names a command that is to fail, `account.accounts` who is signed in (null: nobody).
import { appendFileSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

const [file, ...args] = process.argv.slice(2);
/** @type {{ accounts: object[] | null, workers: Record<string, string[]>, databases: string[],
 *  targets: string[], fail: string | null, fail_after_upload?: boolean, calls: object[] }} */
const account = JSON.parse(readFileSync(file, "utf8"));
const option = (name) => args.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3);
const command = args.filter((arg) => !arg.startsWith("-")).join(" ");
const name = option("env") ? `chukta-${option("env")}` : "chukta";

function end(code, text = "") {
  writeFileSync(file, JSON.stringify(account));
  if (text !== "") (code === 0 ? process.stdout : process.stderr).write(`${text}\n`);
  process.exit(code);
}

const call = { args: args.map((arg) => arg.replace(/^(--secrets-file)=.*/, "$1=…")) };
if (process.env.CLOUDFLARE_ACCOUNT_ID) call.account = process.env.CLOUDFLARE_ACCOUNT_ID;
const secretsFile = option("secrets-file");
if (secretsFile !== undefined) {
  call.secrets = JSON.parse(readFileSync(secretsFile, "utf8"));
  call.secrets_file = secretsFile;
  call.mode = (statSync(secretsFile).mode & 0o777).toString(8);
  call.folder_mode = (statSync(dirname(secretsFile)).mode & 0o777).toString(8);
}
account.calls.push(call);

if (account.fail !== null && command.startsWith(account.fail)) {
  if (account.fail_after_upload) account.workers[name] = Object.keys(call.secrets ?? {});
  end(1, "\u001B[31m✘ [ERROR]\u001B[0m A request to the Cloudflare API failed. [code: 10000]");
}

switch (command.replace(/^(d1 migrations apply|d1 create) .*/, "$1")) {
  case "whoami":
    if (account.accounts === null) {
      process.stdout.write(JSON.stringify({ loggedIn: false }));
      end(1);
    }
    end(0, JSON.stringify({ loggedIn: true, accounts: account.accounts }));
    break;
  case "secret list":
    if (account.workers[name] === undefined) {
      end(
        1,
        `✘ [ERROR] Worker "${name}" not found.\n\nIf this is a new Worker, run \`wrangler deploy\``,
      );
    }
    end(
      0,
      JSON.stringify(
        account.workers[name].map((secret) => ({ name: secret, type: "secret_text" })),
      ),
    );
    break;
  case "d1 list":
    end(
      0,
      JSON.stringify(account.databases.map((database) => ({ name: database, uuid: "an-id" }))),
    );
    break;
  case "d1 create":
    account.databases.push(args[2]);
    end(0, `✅ Successfully created DB '${args[2]}'\ndatabase_id = "an-id"`);
    break;
  case "d1 migrations apply":
    end(account.databases.includes(name) ? 0 : 1, "No migrations to apply!");
    break;
  case "deploy": {
    const before = account.workers[name] ?? [];
    account.workers[name] = [...new Set([...before, ...Object.keys(call.secrets ?? {})])];
    const entry = { type: "deploy", version: 1, version_id: "v1", targets: account.targets };
    appendFileSync(process.env.WRANGLER_OUTPUT_FILE_PATH, `${JSON.stringify(entry)}\n`);
    end(0, `Uploaded ${name}`);
    break;
  }
  default:
    end(2, `the stub knows no command "${command}"`);
}
