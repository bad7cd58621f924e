// Which port a local server is to use, and whether it is free. Arguments are wrangler's; only the
// few that a script needs to know itself are read here.
import { createServer } from "node:net";

export const defaultPort = 8787;

/**
 * Takes an option's value out of arguments: `--name value` or `--name=value`. Returns the value
 * (undefined when absent; the last one wins, as in wrangler) and the arguments that are left.
 */
export function takeOption(args, ...names) {
  let value;
  const rest = [];
  for (let index = 0; index < args.length; index += 1) {
    const [name, ...assigned] = args[index].split("=");
    if (!names.includes(name)) {
      rest.push(args[index]);
    } else if (assigned.length > 0) {
      value = assigned.join("=");
    } else {
      index += 1;
      value = args[index] ?? "";
    }
  }
  return { value, rest };
}

/** Reads `--port`; throws a sentence for whoever typed it. */
export function takePort(args) {
  const { value, rest } = takeOption(args, "--port");
  if (value === undefined) return { port: defaultPort, rest };
  const port = /^\d{1,5}$/.test(value) ? Number(value) : 0;
  if (port < 1 || port > 65_535) {
    throw new Error(`--port must be a number from 1 to 65535, not "${value}".`);
  }
  return { port, rest };
}

/** Whether nobody listens on the port of this machine, neither over IPv4 nor over IPv6. */
export async function isPortFree(port) {
  const answers = await Promise.all(["127.0.0.1", "::1"].map((host) => canListen(port, host)));
  return answers.every(Boolean);
}

function canListen(port, host) {
  return new Promise((resolve) => {
    const server = createServer();
    // A machine without IPv6 has nobody who listens there.
    server.on("error", (error) => resolve(error.code !== "EADDRINUSE" && error.code !== "EACCES"));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
