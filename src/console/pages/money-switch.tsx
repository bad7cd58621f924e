// The switch that stops all refunds, captures and voids: with a reason, and asked once more. Throwing it twice is
// throwing it once.

import { Hono } from "hono";
import type { FC } from "hono/jsx";
import type { MoneySwitchView } from "../../domain/money-switch";
import type { ApiProblem } from "../api";
import type { ConsoleContext, ConsoleDoor } from "../door";
import { failurePage, Trouble } from "../failure";
import { page } from "../frame";
import { useMay } from "../here";
import { MoneyStopped } from "../money-stopped";
import { Badge, Facts, Field, PostForm, Time } from "../parts";
import { SettingsNav } from "../settings-nav";
import { refusedPage } from "../refused";

const PATH = "/console/settings/money";

interface Asked {
  readonly stop: boolean;
  readonly reason: string;
}

export const moneySwitch = new Hono<ConsoleDoor>()
  .get(PATH, (c) => showSwitch(c, "", null))
  .post(PATH, async (c) => {
    const refused = refusedPage(c, "admin", "settings");
    if (refused !== null) return refused;
    const { form } = c.var;
    const asked = { stop: form.text("to") === "stop", reason: form.text("reason") };
    if (asked.reason.length < 3 || asked.reason.length > 500) {
      return showSwitch(c, asked.reason, "reason");
    }
    if (form.text("sure") !== "yes") return showConfirmation(c, asked);
    const path = asked.stop ? "/v1/money/stop" : "/v1/money/resume";
    const thrown = await c.var.api.send<MoneySwitchView>("POST", path, { reason: asked.reason });
    if (!thrown.ok) return showSwitch(c, asked.reason, thrown.failure);
    return c.redirect(`${PATH}?said=${asked.stop ? "money_stopped" : "money_resumed"}`, 303);
  });

async function showSwitch(
  c: ConsoleContext,
  reason: string,
  wrong: ApiProblem | "reason" | null,
): Promise<Response> {
  const found = await c.var.api.get<MoneySwitchView>("/v1/money");
  if (!found.ok) return failurePage(c, found.failure, "settings");
  const isProblem = wrong !== null && wrong !== "reason";
  const status = wrong === null ? 200 : isProblem ? wrong.status : 422;
  return page(
    c,
    { title: "Money switch", section: "settings", status },
    <>
      <h1>Money switch</h1>
      <SettingsNav page="money" />
      {isProblem && <Trouble problem={wrong} />}
      <State {...found.value} />
      <SwitchForm stop={!found.value.stopped} reason={reason} isFaulty={wrong === "reason"} />
    </>,
  );
}

const State: FC<MoneySwitchView> = (money) =>
  money.stopped ? (
    <MoneyStopped money={money} here />
  ) : (
    <section class="card" aria-labelledby="state">
      <div class="row apart">
        <h2 id="state">Money may move</h2>
        <Badge tone="good">On</Badge>
      </div>
      <p>Refunds, captures and voids go through as they are asked for.</p>
      {money.since !== null && (
        <Facts
          rows={[
            ["Last resumed", <Time at={money.since} />],
            ["By", money.by ?? "–"],
            ["Reason", <span dir="auto">{money.reason ?? "–"}</span>],
          ]}
        />
      )}
    </section>
  );

const SwitchForm: FC<Asked & { readonly isFaulty: boolean }> = ({ stop, reason, isFaulty }) => {
  if (!useMay("admin")) return <p class="notice">An administrator can throw this switch.</p>;
  return (
    <PostForm action={PATH} class="card link-form">
      <h2>{stop ? "Stop all money" : "Let money move again"}</h2>
      <p>
        {stop
          ? "For when something is wrong: a key has leaked, or refunds go out that nobody asked for. Customers can still pay; webhooks and links go on."
          : "Look first whether what was wrong is mended. What waited meanwhile may then be sent."}
      </p>
      <input type="hidden" name="to" value={stop ? "stop" : "resume"} />
      <Field
        name="reason"
        label="Reason"
        help="Stands in the audit, and is shown to whoever asks why nothing moves."
        fault={isFaulty ? "Write a reason of 3 to 500 characters." : undefined}
        input={(tied) => (
          <input {...tied} value={reason} dir="auto" maxlength={500} autocomplete="off" required />
        )}
      />
      <div class="row">
        <button class={stop ? "danger" : undefined}>
          {stop ? "Stop money…" : "Resume money…"}
        </button>
      </div>
    </PostForm>
  );
};

function showConfirmation(c: ConsoleContext, { stop, reason }: Asked): Response {
  const title = stop ? "Stop all money?" : "Let money move again?";
  return page(
    c,
    { title, section: "settings" },
    <>
      <h1>{title}</h1>
      <PostForm action={PATH} class="card link-form">
        <p>
          {stop
            ? "From now on no refund, capture or void is sent, by anybody, until an administrator resumes. What is on its way may still end, within seconds."
            : "From now on refunds, captures and voids are sent again, those too that waited."}
        </p>
        <p dir="auto">Reason: {reason}</p>
        <input type="hidden" name="to" value={stop ? "stop" : "resume"} />
        <input type="hidden" name="reason" value={reason} />
        <input type="hidden" name="sure" value="yes" />
        <div class="row">
          <button class={stop ? "danger" : undefined}>
            {stop ? "Yes, stop all money" : "Yes, let money move"}
          </button>
          <a href={PATH}>No, leave it as it is</a>
        </div>
      </PostForm>
    </>,
  );
}
