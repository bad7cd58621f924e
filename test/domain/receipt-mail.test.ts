// The e-mail with a receipt: one that is known to be sent, tries for a day, and one more at most where
// nobody knows.

import * as fc from "fast-check";
import { expect, test } from "vitest";
import {
  beginMail,
  endMail,
  type MailOutcome,
  mergeMail,
  newMail,
  nextLookAt,
  type ReceiptMail,
} from "../../src/domain/receipt-mail";

const NOW = Date.UTC(2031, 0, 15, 6);
const MINUTE = 60_000;

function begun(mail: ReceiptMail | null, now: number): ReceiptMail {
  const next = mail && beginMail(mail, now);
  if (next === null) throw new Error("nothing was begun");
  return next;
}

test("is sent once", () => {
  const sending = begun(newMail(null, NOW), NOW);
  expect(sending).toMatchObject({ state: "sending", since: NOW });
  expect(beginMail(sending, NOW + 1)).toBeNull();
  const sent = endMail(sending, "sent", NOW + 200);
  expect(sent).toMatchObject({ state: "sent", since: NOW + 200 });
  expect(nextLookAt(sent)).toBeNull();
  expect(beginMail(sent, NOW + 1_000_000)).toBeNull();
});

test("is tried again for a day where the service refuses it, and then no more", () => {
  let mail = newMail(null, NOW);
  const tries: number[] = [];
  for (let at = nextLookAt(mail); at !== null; at = nextLookAt(mail)) {
    tries.push((at - NOW) / MINUTE);
    mail = endMail(begun(mail, at), "refused", at);
  }
  expect(tries).toEqual([0, 1, 6, 36, 156, 516, 1_416]);
  expect(mail).toMatchObject({ state: "failed", refused: 7 });
});

test("of which nobody knows how it ended is sent once more, and then no more", () => {
  const again = endMail(begun(newMail(null, NOW), NOW), "lost", NOW);
  expect(again).toMatchObject({ state: "waiting", next_at: NOW + MINUTE });
  const twice = endMail(begun(again, NOW + MINUTE), "lost", NOW + MINUTE);
  expect(twice).toMatchObject({ state: "unknown" });
  expect(nextLookAt(twice)).toBeNull();
});

test("whose sender died is sent once more after a minute, and not a third time", () => {
  const dead = begun(newMail(null, NOW), NOW);
  expect(beginMail(dead, NOW + MINUTE - 1)).toBeNull();
  const second = begun(dead, NOW + MINUTE);
  expect(second).toMatchObject({ state: "sending", lost: 1 });
  expect(begun(second, NOW + 2 * MINUTE)).toMatchObject({ state: "unknown", lost: 2 });
});

test("whatever happens, it is sent nine times at most and comes to an end", () => {
  const happening = fc.constantFrom<MailOutcome | "crash">("sent", "refused", "lost", "crash");
  fc.assert(
    fc.property(fc.array(happening, { minLength: 12, maxLength: 12 }), (happenings) => {
      let mail = newMail("key", NOW);
      let sends = 0;
      for (const what of happenings) {
        const at = nextLookAt(mail);
        if (at === null) break;
        const next = begun(mail, at);
        if (next.state === "sending") sends += 1;
        mail = next.state !== "sending" || what === "crash" ? next : endMail(next, what, at + 1);
      }
      expect(nextLookAt(mail)).toBeNull();
      expect(sends).toBeLessThanOrEqual(9);
    }),
  );
});

test("of two actors of one order the one that has sent it is believed", () => {
  const waiting = newMail(null, NOW);
  const sent = endMail(begun(newMail(null, NOW), NOW), "sent", NOW);
  expect(mergeMail(waiting, sent)).toBe(sent);
  expect(mergeMail(sent, waiting)).toBe(sent);
  expect(mergeMail(null, waiting)).toBe(waiting);
  expect(mergeMail(waiting, null)).toBe(waiting);
});
