// What is deployed where: read from wrangler.toml by wrangler's own reader, so that an environment is
// made of its table the same way as when it is uploaded. Refuses what must never be deployed.
import { Refusal } from "./refusal.mjs";

/** The gateway's addresses, as in src/config.ts; a test compares the two. */
export const gatewayAddresses = {
  uat: "https://pluraluat.v2.pinepg.in",
  production: "https://api.pluralpay.in",
};

/** `environment` is "" for production, the table at the top of wrangler.toml. */
export async function readTarget(configFile, environment) {
  const { experimental_readRawConfig, unstable_readConfig } = await import("wrangler");
  const { rawConfig } = experimental_readRawConfig({ config: configFile });
  const names = Object.keys(rawConfig.env ?? {});
  if (environment !== "" && !names.includes(environment)) {
    const known = names.map((name) => `--env ${name}`).join(", ");
    throw new Refusal(
      `wrangler.toml has no [env.${environment}]; there is ${known || "none"}, and production without --env.`,
    );
  }
  const config = unstable_readConfig(
    { config: configFile, env: environment },
    { hideWarnings: true },
  );
  const [database] = config.d1_databases ?? [];
  if (config.name === undefined || database?.database_name === undefined) {
    throw new Refusal("wrangler.toml must give the Worker a name and its D1 a database_name.");
  }
  const variables = config.vars ?? {};
  // The administrator's key is sent there, to ask for the health of what was deployed.
  if (variables.PUBLIC_URL && !isPrivate(variables.PUBLIC_URL)) {
    throw new Refusal("PUBLIC_URL in wrangler.toml must be an https address to be deployed.");
  }
  return {
    environment,
    worker: config.name,
    binding: database.binding,
    database: database.database_name,
    account: config.account_id ?? null,
    public_url: variables.PUBLIC_URL || null,
    gateway: chooseGateway(variables),
  };
}

function chooseGateway(variables) {
  const environment = variables.PINELABS_ENV;
  if (environment === "sandbox") {
    throw new Refusal(
      "PINELABS_ENV is sandbox: the sandbox's secrets are known to everybody, so it is never deployed. " +
        "Set it to uat or production in wrangler.toml.",
    );
  }
  if (!Object.hasOwn(gatewayAddresses, environment ?? "")) {
    throw new Refusal("PINELABS_ENV in wrangler.toml must be uat or production.");
  }
  const address = variables.PINELABS_BASE_URL || gatewayAddresses[environment];
  checkGateway(address, environment);
  return address.replace(/\/+$/, "");
}

/** The credentials are sent there: not in the clear, and not to another environment's gateway. */
function checkGateway(address, environment) {
  if (!isPrivate(address)) {
    throw new Refusal(
      "PINELABS_BASE_URL in wrangler.toml must be an https address to be deployed.",
    );
  }
  const other = Object.entries(gatewayAddresses).find(
    ([name, own]) => name !== environment && new URL(own).hostname === new URL(address).hostname,
  );
  if (other !== undefined) {
    throw new Refusal(
      `PINELABS_BASE_URL in wrangler.toml is the address of ${other[0]}, and PINELABS_ENV is ${environment}.`,
    );
  }
}

/** Nobody on the way can read what is sent there. */
function isPrivate(address) {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname } = new URL(address);
  const isHere = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
  return protocol === "https:" || (protocol === "http:" && isHere);
}
