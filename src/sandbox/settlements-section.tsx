/**
 * The transfers to the merchant's bank, as a section of the dashboard. They are the whole
 * account's, whichever link the dashboard was opened for.
 */
import type { Books } from "./books";
import type { Link } from "./link";
import { ActionButton, formatAmount } from "./page";
import { figuresOf, type Settlement } from "./settlement";
import { indianTime } from "./settlement-report";

const shown = 10;

function settledText({ settled_at }: Settlement): string {
  return settled_at === null ? "not paid yet" : `paid ${indianTime(settled_at).replace("T", " ")}`;
}

export function SettlementsSection(props: { readonly books: Books; readonly link: Link }) {
  const settlements = props.books.settlements.list(shown);
  const inr = (value: number): string => formatAmount({ value, currency: "INR" });
  return (
    <section>
      <h2>Settlements of all links</h2>
      {settlements.length === 0 ? <p>None yet.</p> : null}
      <div class="scroll">
        <table>
          <tbody>
            {settlements.map((settlement) => {
              const { gross, deductions, net } = figuresOf(settlement);
              return (
                <tr>
                  <td>
                    UTR <span class="id">{settlement.utr}</span>
                  </td>
                  <td>
                    {inr(net)} = {inr(gross)} − {inr(deductions)}, lines: {settlement.lines.length}
                  </td>
                  <td>{settledText(settlement)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      <ActionButton to={`/sandbox/dashboard/${props.link.id}/settle`} label="Settle now" />
    </section>
  );
}
