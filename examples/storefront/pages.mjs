// What the shop's customer reads, in plain HTML: no script, nothing from elsewhere.

const STYLE = `
  :root { color-scheme: light dark; font: 17px/1.5 system-ui, sans-serif; }
  body { background: Canvas; color: CanvasText; max-width: 32rem; margin: 2rem auto; padding: 0 1rem; }
  label { display: block; margin: 1rem 0; }
  input, select { display: block; font: inherit; min-height: 44px; width: 100%; box-sizing: border-box; }
  button { font: inherit; min-height: 44px; padding: 0 1.5rem; }
  dd { margin: 0 0 0.5rem; font-weight: 600; overflow-wrap: anywhere; }
`;

/** What is true of an order → heading, sentence, and what the page offers. */
const STATES = {
  new: ["Your order", "We send it as soon as it is paid.", { pay: "Pay now" }],
  delivered: ["Paid and delivered", "Thank you. Your tea is on its way.", {}],
  delivering: ["Paid", "Your order is being packed.", { again: true }],
  pending: [
    "Waiting for your payment",
    "We have no word from your bank yet. This page looks again by itself.",
    { again: true, pay: "Open the payment page" },
  ],
  part_paid: [
    "A part is paid",
    "We send your order when the rest is paid.",
    { pay: "Pay the rest" },
  ],
  authorized: ["Reserved", "Your bank holds the amount. We are looking at it.", { again: true }],
  paid: ["Payment received", "We are looking at it. This page looks again.", { again: true }],
  failed: ["The payment did not go through", "You can try again.", { pay: "Try again" }],
  expired: ["Too late to pay", "The time to pay this order is over.", {}],
  cancelled: ["Cancelled", "This order can not be paid any more.", {}],
  refunded: ["Your money went back", "Nothing is delivered for this order.", {}],
  mismatch: [
    "This is not the payment of this order",
    "Nothing is delivered for it. If you have paid, write to us.",
    {},
  ],
};

export function productPage(price) {
  const quantities = [1, 2, 3, 4, 5].map((n) => `<option>${n}</option>`).join("");
  return show(
    "Darjeeling tea",
    `<p>100 g, first flush, ${rupees(price)}.</p>
    <form method="post" action="/orders">
      <label>How many <select name="quantity">${quantities}</select></label>
      <label>Your e-mail <input name="email" type="email" required maxlength="50"></label>
      <button>Order</button>
    </form>`,
  );
}

/** A state that is in no table is one to wait in: nothing is promised and nothing delivered. */
export function orderPage({ reference, quantity, amount }, state) {
  const [heading, sentence, { pay, again }] = STATES[state] ?? STATES.pending;
  const button = `<form method="post" action="/orders/${reference}/pay"><button>${pay}</button></form>`;
  return show(
    heading,
    `<p>${sentence}</p>
    <dl>
      <div><dt>Darjeeling tea, 100 g</dt><dd>${quantity}</dd></div>
      <div><dt>Amount</dt><dd>${rupees(amount)}</dd></div>
      <div><dt>Order</dt><dd>${reference}</dd></div>
    </dl>
    ${pay ? button : ""}
    <p><a href="${again ? "" : "/"}">${again ? "Look again" : "Back to the shop"}</a></p>`,
    again,
  );
}

export function troublePage(again) {
  return show(
    "We can not do this right now",
    `<p>Nothing is lost. ${again ? "This page tries again by itself." : "Go back and try again."}</p>`,
    again,
  );
}

const rupees = (paisa) =>
  (paisa / 100).toLocaleString("en-IN", { style: "currency", currency: "INR" });

function show(heading, content, again = false) {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    ${again ? '<meta http-equiv="refresh" content="5">' : ""}
    <title>${heading}</title>
    <link rel="icon" href="data:,">
    <style>${STYLE}</style>
  </head>
  <body>
    <h1>${heading}</h1>
    ${content}
  </body>
</html>`;
}
