// What must never stand in a log (law 12), and how it is told: the settings' secrets as they are, and
// keys, tokens and people's addresses by their form. Whoever plants one on purpose uses another word.

/** Named by what it is, never repeated: a report of a leak is no second leak. */
export interface Leak {
  readonly what: string;
}

const FORMS: readonly (readonly [what: string, form: RegExp])[] = [
  ["an API key", /\bchk_(?:live|uat|test)_[a-z2-7]{12}_[a-z2-7]{8,}/],
  ["an Authorization header", /\bBearer\s+(?!\[secret\])\S/i],
  ["a token of a link or receipt", /(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{24}[.~][A-Za-z0-9._-]{1,50}/],
  ["a gateway's access token", /\beyJ[\w-]+\.[\w-]+\./],
  ["a webhook's signature", /\bv1[,=][A-Za-z0-9+/=]{20,}/],
  ["a console invitation", /\binvite\/[A-Za-z0-9_-]{8,}/],
  ["a cookie of the console", /\b(?:__Host-)?chukta=\S/],
  ["a password of a person", /planted-password/],
  ["an e-mail address or VPA", /[\w.+-]+@[\w-]+/],
  ["a telephone number", /(?<![\w-])(?:\+?91[ -]?|0)?[6-9]\d{4}[ -]?\d{5}(?![\w-])/],
];

/** `secrets`: by the names of their settings. One that is shorter than a secret may be is none. */
export function leaksIn(
  text: string,
  secrets: { readonly [setting: string]: string },
): readonly Leak[] {
  const settings = Object.entries(secrets)
    .filter(([, secret]) => secret.length >= 8 && text.includes(secret))
    .map(([setting]) => ({ what: `the setting ${setting}` }));
  const forms = FORMS.filter(([, form]) => form.test(text)).map(([what]) => ({ what }));
  return [...settings, ...forms];
}
