// Where a deployment is reached, from what wrangler says it deployed to.

/**
 * `targets` are wrangler's: "pay.example.com (custom domain)", "example.com/* (zone name: …)",
 * "chukta.someone.workers.dev", "schedule: * * * * *". What the merchant chose goes before what
 * Cloudflare gives everybody. Null: nothing that a gateway could be told.
 */
export function chooseAddress(targets, publicUrl) {
  if (publicUrl !== null) return publicUrl.replace(/\/+$/, "");
  const places = targets.map((target) => {
    const [, host, path = "", note = ""] =
      /^(?:https?:\/\/)?([\w-]+(?:\.[\w-]+)+)(\/\S*)?(?: \((.*)\))?/.exec(target) ?? [];
    return { host, path, note };
  });
  const named = places.filter(({ host, path }) => host !== undefined && /^(\/\*?)?$/.test(path));
  const chosen =
    named.find(({ note }) => note.startsWith("custom domain")) ??
    named.find(({ host }) => !host.endsWith(".workers.dev")) ??
    named[0];
  return chosen === undefined ? null : `https://${chosen.host}`;
}
