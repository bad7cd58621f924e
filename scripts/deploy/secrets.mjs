// Which secrets a deployment needs, which of them are there already, and where new ones come from:
// made at random, found in the process's environment, or asked for. What is there is never replaced.
import { randomBytes } from "node:crypto";
import { Refusal } from "./refusal.mjs";

/** Found in the Pine Labs dashboard; checked as a pair, so they are set as a pair. */
export const credentials = ["PINELABS_CLIENT_ID", "PINELABS_CLIENT_SECRET"];

/** Set when the environment has them and the Worker does not. */
const optional = [
  "PINELABS_WEBHOOK_SECRET",
  "PINELABS_WEBHOOK_SECRET_PREVIOUS",
  "PINELABS_CALLBACK_SECRET",
  "NOTIFY_SECRET_PREVIOUS",
];

/** Made here when the environment does not have them. */
const random = {
  API_KEY: () => `chukta_${randomBytes(32).toString("base64url")}`,
  CONSOLE_PASSWORD: () => randomBytes(18).toString("base64url"),
  SESSION_SECRET: () => randomBytes(48).toString("base64url"),
  // The form of Standard Webhooks, which their libraries take as it is.
  NOTIFY_SECRET: () => `whsec_${randomBytes(32).toString("base64")}`,
};

const signingKey = [
  /^(?:whsec_)?(?=.{32,84}$|.{86}==$)(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/,
  "be whsec_ and base64 of 24 to 64 bytes",
];

/**
 * What the Worker accepts, as in src/config.ts. A wrong one would shut every door, and running the
 * deployment again would not replace it: what is there is kept.
 */
const forms = {
  PINELABS_CALLBACK_SECRET: [/^(?:[0-9a-f]{2})+$/i, "be hexadecimal"],
  API_KEY: [/^[!-~]{24,512}$/, "have 24 to 512 letters, digits and signs"],
  CONSOLE_PASSWORD: [/^.{12,200}$/, "have 12 to 200 characters"],
  SESSION_SECRET: [/^.{32,}$/, "have 32 characters or more"],
  NOTIFY_SECRET: signingKey,
  NOTIFY_SECRET_PREVIOUS: signingKey,
};

/** The names that a person needs again, in the order in which they are shown. */
export const shownOnce = ["API_KEY", "CONSOLE_PASSWORD", "NOTIFY_SECRET"];

/**
 * Compares what the Worker has (`existing`, a set of names) with what it needs:
 * `set` are the values to upload, `made` the names of those that were made here, `wanted` the
 * credentials that have to come from a person.
 */
export function planSecrets(existing, environment) {
  const set = {};
  const made = [];
  // One half of the pair cannot be checked, so a Worker that lacks one gets both.
  const pairNeeded = credentials.some((name) => !existing.has(name));
  const wanted = [];
  for (const name of credentials) {
    if (!pairNeeded) continue;
    if (given(environment, name)) set[name] = checked(environment, name);
    else wanted.push(name);
  }
  for (const name of [...optional, ...Object.keys(random)]) {
    if (existing.has(name)) continue;
    if (given(environment, name)) {
      set[name] = checked(environment, name);
    } else if (name in random) {
      set[name] = random[name]();
      made.push(name);
    }
  }
  return { set, made, wanted };
}

/** The value as it stands, or a Refusal that does not repeat it. */
function checked(environment, name) {
  const value = environment[name];
  const [form, words] = forms[name] ?? [/^/, ""];
  // A file's last line break, mostly.
  const fault = value.trim() !== value ? "have no white space around it" : words;
  if (value.trim() === value && form.test(value)) return value;
  throw new Refusal(`${name} in the environment must ${fault}. Nothing was changed.`);
}

function given(environment, name) {
  return (environment[name] ?? "").trim() !== "";
}
