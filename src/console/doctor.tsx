// The doctor for signatures: what a person pastes of a webhook, and in plain words why it was refused. Nothing
// that was typed is lost, and nothing is stored.

import type { FC } from "hono/jsx";
import type { DiagnosisView } from "../http/messages";
import type { Api, ApiProblem } from "./api";
import { Trouble } from "./failure";
import type { Form } from "./form";
import { type Headers, parseHeaderLines } from "./header-lines";
import { CHECKS } from "./message-words";
import { Badge, Field, PostForm } from "./parts";

export interface Visit {
  readonly headers: string;
  readonly body: string;
  readonly base64: boolean;
  /** It was kept until now: its age says nothing. */
  readonly kept: boolean;
  readonly fault: { readonly field: "headers" | "body"; readonly text: string } | null;
  readonly problem: ApiProblem | null;
  readonly diagnosis: DiagnosisView | null;
}

export const NO_VISIT: Visit = {
  headers: "",
  body: "",
  base64: false,
  kept: true,
  fault: null,
  problem: null,
  diagnosis: null,
};

export async function visitDoctor(api: Api, form: Form): Promise<Visit> {
  const typed: Visit = {
    ...NO_VISIT,
    headers: form.raw("headers"),
    body: form.raw("body"),
    base64: form.text("base64") === "yes",
    kept: form.text("kept") === "yes",
  };
  const headers = parseHeaderLines(typed.headers);
  if (!headers.ok) {
    const text = `This line is no header: “${headers.failure.line}”. Each line is a name, a colon and a value.`;
    return { ...typed, fault: { field: "headers", text } };
  }
  if (Object.keys(headers.value).length === 0) {
    const text = "Paste the headers of the message, one on each line.";
    return { ...typed, fault: { field: "headers", text } };
  }
  const asked = { headers: headers.value, ...(typed.kept ? arrivedAsSent(headers.value) : {}) };
  const found: DiagnosisView[] = [];
  for (const body of bodiesOf(typed)) {
    const answer = await api.send<DiagnosisView>("POST", "/v1/doctor/signature", {
      ...asked,
      ...body,
    });
    if (!answer.ok) return refusedBy(typed, answer.failure);
    found.push(answer.value);
  }
  return {
    ...typed,
    diagnosis: found.toSorted((one, two) => wrongs(one) - wrongs(two))[0] ?? null,
  };
}

const wrongs = ({ checks }: DiagnosisView): number => checks.filter(({ ok }) => !ok).length;

function refusedBy(typed: Visit, problem: ApiProblem): Visit {
  const isBody = problem.errors?.some(({ pointer }) => pointer === "/body_base64") === true;
  if (!isBody) return { ...typed, problem };
  const text = "This is not base64 with its padding. Paste it again, or untick that it is base64.";
  return { ...typed, fault: { field: "body", text } };
}

/**
 * A browser sends every line break of a text box as two characters, whatever was pasted. Which it was before
 * nobody knows, so both are asked and the better one counts.
 */
function bodiesOf({ body, base64 }: Visit): readonly object[] {
  if (base64) return [{ body_base64: body.replaceAll(/\s/g, "") }];
  const lines = body.replaceAll("\r\n", "\n");
  return lines === body ? [{ body }] : [{ body: lines }, { body }];
}

/** The moment in its own header, if one can be read there. */
function arrivedAsSent(headers: Headers): { readonly received_at?: string } {
  const found = Object.entries(headers).find(([name]) => /^webhook-timestamp$/i.test(name));
  const seconds = /^\d{1,11}$/.exec(found?.[1]?.trim() ?? "");
  return seconds === null
    ? {}
    : { received_at: new Date(Number(seconds[0]) * 1_000).toISOString() };
}

export const Doctor: FC<{ readonly visit: Visit; readonly action: string }> = ({
  visit,
  action,
}) => (
  <section class="card" id="doctor" aria-labelledby="doctor-title">
    <h2 id="doctor-title">The doctor</h2>
    <p>
      Paste a message that was refused, and see which check fails and what to change. Nothing of it
      is kept.
    </p>
    {visit.problem !== null && <Trouble problem={visit.problem} />}
    {visit.diagnosis !== null && <Findings diagnosis={visit.diagnosis} />}
    <PostForm action={`${action}#doctor`} class="stack">
      <Field
        name="headers"
        label="Its headers"
        help="One on each line. The three that begin with webhook- are enough."
        fault={visit.fault?.field === "headers" ? visit.fault.text : undefined}
        input={(tied) => <Box tied={tied} text={visit.headers} longest={64_000} />}
      />
      <Field
        name="body"
        label="Its raw body"
        help="Exactly as it came. Up to 256 KiB."
        fault={visit.fault?.field === "body" ? visit.fault.text : undefined}
        input={(tied) => <Box tied={tied} text={visit.body} longest={262_144} />}
      />
      <label class="check">
        <input type="checkbox" name="base64" value="yes" checked={visit.base64} />
        The body is written as base64
      </label>
      <label class="check">
        <input type="checkbox" name="kept" value="yes" checked={visit.kept} />
        It is an older message: leave its age aside
      </label>
      <button>Examine it</button>
    </PostForm>
  </section>
);

/** The first line break of a text box is not part of what stands in it, so that one is given away. */
const Box: FC<{
  readonly tied: { readonly id: string; readonly name: string };
  readonly text: string;
  readonly longest: number;
}> = ({ tied, text, longest }) => (
  <textarea {...tied} dir="auto" spellcheck={false} autocomplete="off" maxlength={longest}>
    {`\n${text}`}
  </textarea>
);

const Findings: FC<{ readonly diagnosis: DiagnosisView }> = ({ diagnosis }) => (
  <div class={diagnosis.accepted ? "notice good" : "notice bad"} role="status">
    <p class="title">
      {diagnosis.accepted ? "This message is in order: it is accepted." : "It is not accepted."}
    </p>
    <ul>
      {diagnosis.checks.map(({ check, ok, finding, change }) => (
        <li>
          <Badge tone={ok ? "good" : "bad"}>{ok ? "In order" : "Wrong"}</Badge>{" "}
          <strong>{CHECKS[check]}.</strong> {finding} {change}
        </li>
      ))}
    </ul>
  </div>
);
