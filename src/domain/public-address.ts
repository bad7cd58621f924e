// Which hosts on the internet a notification may be sent to. A host's own network is nobody's business: a
// wrong address must not become a way into it. Names are not looked up here: whoever owns a public name may
// point it anywhere, and the platform does not lead into private networks. Expects what `URL` made of the
// host, which writes every notation of an address in one way ("0x7f.1" is "127.0.0.1").

/** False for private, loopback, link-local and reserved addresses, and for names of one's own network. */
export function isPublicHost(hostname: string): boolean {
  const name = hostname.toLowerCase().replace(/\.$/, "");
  if (name.startsWith("[")) return isPublicIpv6(name.slice(1, -1));
  const ipv4 = parseIpv4(name);
  return ipv4 === null ? isPublicName(name) : isPublicIpv4(ipv4);
}

/** This machine: a loopback address or a name that means one. */
export function isLoopbackHost(hostname: string): boolean {
  return /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}

const OWN_DOMAINS = ["localhost", "local", "internal"];

function isPublicName(name: string): boolean {
  const labels = name.split(".");
  if (labels.length < 2 || labels.includes("")) return false;
  return !OWN_DOMAINS.includes(labels.at(-1) ?? "");
}

/** 32 bits, unsigned; null for what is a name. */
function parseIpv4(text: string): number | null {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)?.slice(1).map(Number);
  return parts === undefined ? null : parts.reduce((whole, part) => whole * 256 + part, 0);
}

/** Network and length of its prefix: the blocks that are not the public internet's (RFC 6890). */
const RESERVED_IPV4 = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  // Multicast, reserved, broadcast.
  ["224.0.0.0", 3],
] as const;

function isPublicIpv4(address: number): boolean {
  return !RESERVED_IPV4.some(([network, length]) => {
    const size = 2 ** (32 - length);
    return Math.floor(address / size) === Math.floor((parseIpv4(network) ?? 0) / size);
  });
}

/**
 * Only 2000::/3 is the public internet. Inside it 2001::/23 (Teredo and other experiments), documentation
 * (2001:db8::/32, 3fff::/20) and 6to4 (2002::/16), which wraps an IPv4 address, are not.
 */
function isPublicIpv6(address: string): boolean {
  const [first = 0, second = 0] = address
    .split(":")
    .map((group) => (group === "" ? 0 : Number.parseInt(group, 16)));
  if (first < 0x2000 || first > 0x3fff || first === 0x2002) return false;
  if (first === 0x2001 && (second < 0x200 || second === 0x0db8)) return false;
  return !(first === 0x3fff && second < 0x1000);
}
