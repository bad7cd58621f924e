// Addresses as somebody may write them in a setting, each as `URL` makes it: which of them are the public
// internet's.
import { expect, test } from "vitest";
import { isPublicHost } from "../../src/domain/public-address";

const isPublic = (host: string): boolean => isPublicHost(new URL(`https://${host}/`).hostname);

test.each([
  "shop.example",
  "hooks.shop.example.",
  "SHOP.example",
  "चाय.example",
  "localhost.example",
  "local.shop",
  "8.8.8.8",
  "172.15.255.255",
  "172.32.0.1",
  "100.63.255.255",
  "100.128.0.1",
  "192.167.1.1",
  "198.17.0.1",
  "223.255.255.255",
  "134744072",
  "[2606:4700:4700::1111]",
  "[2001:4860:4860::8888]",
  "[2400:cb00::1]",
])("%s is public", (host) => {
  expect(isPublic(host)).toBe(true);
});

test.each([
  // This machine, in every notation.
  "localhost",
  "LOCALHOST.",
  "app.localhost",
  "127.0.0.1",
  "127.1",
  "0x7f.0.0.1",
  "0177.0.0.1",
  "2130706433",
  "0x7f000001",
  "[::1]",
  "[0:0:0:0:0:0:0:1]",
  "0.0.0.0",
  "0",
  "[::]",
  // Private networks.
  "10.0.0.1",
  "10.255.255.255",
  "172.16.0.1",
  "172.31.255.255",
  "192.168.0.1",
  "3232235777",
  "100.64.0.1",
  "100.127.255.255",
  "[fc00::1]",
  "[fd12:3456::1]",
  // Link-local, where clouds keep their secrets.
  "169.254.169.254",
  "0xa9fea9fe",
  "[fe80::1]",
  // IPv4 in IPv6.
  "[::ffff:10.0.0.1]",
  "[::ffff:8.8.8.8]",
  "[::7f00:1]",
  "[64:ff9b::a00:1]",
  "[2002:a00:1::]",
  "[2001::1]",
  // Nobody's.
  "192.0.0.8",
  "192.0.2.1",
  "198.18.0.1",
  "198.19.255.255",
  "198.51.100.7",
  "203.0.113.9",
  "224.0.0.1",
  "240.0.0.1",
  "255.255.255.255",
  "[ff02::1]",
  "[2001:db8::1]",
  "[3fff::1]",
  "[4000::1]",
  // Names of one's own network.
  "printer",
  "printer.local",
  "vault.internal",
  "metadata.google.internal",
  "internal",
])("%s is not", (host) => {
  expect(isPublic(host)).toBe(false);
});
