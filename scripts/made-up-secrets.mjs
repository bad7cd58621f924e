// Secrets that stand in this repository on purpose: made up, and the key to nothing. `npm run scan` finds any
// other. One line each: the value, and why it is none. A line that no file needs any more is a fault too.
export const madeUpSecrets = [
  ["5a4dbc0e-0000-4000-8000-c0ffee000001", "the sandbox's account: its client id"],
  ["sandbox-client-secret", "the sandbox's account: its client secret"],
  ["sandbox-webhook-secret", "the sandbox signs webhooks with it"],
  [
    "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff",
    "the sandbox signs redirects with it",
  ],
  [
    "sandbox-api-key-of-nobody-000000",
    "the administrator's key of `npm start`, on this machine only",
  ],
  ["sandbox-console-password", "the console's password of `npm start`, on this machine only"],
  ["sandbox-session-secret-sandbox-session-secret", "the sessions of `npm start`"],
  ["whsec_c2FuZGJveCBub3RpZnkgc2VjcmV0IG9mIG5vYm9keSE=", "notifications of `npm start`"],
  ["test-console-password", "the console's password in tests"],
  ["test-session-secret-0123456789abcdef", "sessions in tests"],
  ["client-id", "a setting in test/config.test.ts"],
  ["client-secret", "a setting in test/config.test.ts"],
  ["chukta_0123456789abcdefghijklmnop", "a setting in test/config.test.ts"],
  ["YWJjMTIzNA==", "base64 of abc1234, a setting in test/config.test.ts"],
  ["b2xkZXI=", "base64 of older, a setting in test/config.test.ts"],
  ["not~base64~hidden", "a wrong setting in test/config.test.ts"],
  ["planted-client-id", "planted in test/http/settings.test.ts: must be shown nowhere"],
  ["planted-client-secret", "planted in test/http/settings.test.ts: must be shown nowhere"],
  ["planted-webhook-secret", "planted in test/http/settings.test.ts: must be shown nowhere"],
  ["planted-previous-secret", "planted in test/http/settings.test.ts: must be shown nowhere"],
  [
    "c0ffee00112233445566778899aabbccddeeff00112233445566778899aabbcc",
    "planted in test/http/settings.test.ts: must be shown nowhere",
  ],
  ["planted-api-key-of-24-letters", "planted in test/http/settings.test.ts: must be shown nowhere"],
  ["planted-password", "planted in test/http/settings.test.ts: must be shown nowhere"],
  [
    "planted-session-secret-0123456789abcdef",
    "planted in test/http/settings.test.ts: must be shown nowhere",
  ],
  [
    "whsec_cGxhbnRlZCBub3RpZnkgc2VjcmV0IG9mIG5vYm9keSE=",
    "planted in test/http/settings.test.ts: must be shown nowhere",
  ],
  [
    "whsec_cGxhbnRlZCBwcmV2aW91cyBzZWNyZXQgb2YgYWxsIQ==",
    "planted in test/http/settings.test.ts: must be shown nowhere",
  ],
  ["the-client-secret", "given to a made-up Cloudflare in test/scripts/deploy.test.ts"],
  ["typed-id", "given to a made-up Cloudflare in test/scripts/deploy.test.ts"],
  ["typed-secret", "given to a made-up Cloudflare in test/scripts/deploy.test.ts"],
  ["my-own-key-0123456789abcdef", "given to a made-up Cloudflare in test/scripts/deploy.test.ts"],
  ["another-key-0123456789abcdef", "given to a made-up Cloudflare in test/scripts/deploy.test.ts"],
  [
    "a-key-0123456789-abcdefghijklm",
    "given to a made-up Cloudflare in test/scripts/deploy.test.ts",
  ],
  [
    "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.eyJzdWIiOiJmaXh0dXJlIiwiaXNzIjoibm90LWEtcmVhbC10b2tlbiJ9.Zml4dHVyZS1zaWduYXR1cmUtbmV2ZXItdmFsaWQ",
    "the gateway's access token in fixtures: says of itself that it is none",
  ],
];
