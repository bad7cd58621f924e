// Which passwords a person may choose: long ones, and none that is tried first. No rule of composition: they
// make people write passwords down (NIST SP 800-63B, 5.1.1.2). Pure; the hash is made elsewhere.

/** Characters. */
export const SHORTEST_PASSWORD = 12;
export const LONGEST_PASSWORD = 200;

/** What is tried first of what is long enough, without case and signs. */
const WORST: readonly string[] = [
  "123456789012",
  "1234567890123",
  "12345678910",
  "111111111111",
  "000000000000",
  "qwertyuiop123",
  "qwertyuiopasdfghjkl",
  "passwordpassword",
  "password1234",
  "password12345",
  "password123456",
  "passw0rd1234",
  "welcome12345",
  "iloveyou1234",
  "administrator",
  "adminadminadmin",
  "admin1234567",
  "letmeinletmein",
  "changemechangeme",
  "changeme1234",
  "correcthorsebatterystaple",
  "chuktachukta",
  "pinelabspinelabs",
];

export type PasswordFault =
  | "password_short"
  | "password_long"
  /** It is, or holds little beside, the person's own name or e-mail. */
  | "password_personal"
  /** It is among those that are tried first. */
  | "password_common";

/** Null: it may be used. */
export function checkPassword(
  password: string,
  person: { readonly name: string; readonly email: string | null },
): PasswordFault | null {
  // Checked first: a megabyte is not looked at any further.
  if (password.length > LONGEST_PASSWORD) return "password_long";
  const normal = normalPassword(password);
  if (normal.length < SHORTEST_PASSWORD) return "password_short";
  const plain = plainOf(normal);
  const own = [person.name, person.email ?? "", (person.email ?? "").split("@")[0] ?? ""]
    .map(plainOf)
    .filter((word) => word.length >= 3);
  if (own.some((word) => isLittleBeside(plain, word))) return "password_personal";
  if (WORST.includes(plain) || /^(.{1,4})\1+$/u.test(plain) || plain.length < 4) {
    return "password_common";
  }
  return null;
}

/** The same password from every keyboard (RFC 8265, OpaqueString). */
export function normalPassword(password: string): string {
  return password.normalize("NFC");
}

function plainOf(text: string): string {
  return text.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, "");
}

/** Without the word fewer than four letters and digits are left. */
function isLittleBeside(plain: string, word: string): boolean {
  return plain.includes(word) && plain.replaceAll(word, "").length < 4;
}
