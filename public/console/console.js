// What makes the console a little more pleasant where script runs. Every page works without it: copy buttons,
// forms that are sent once, and pages that follow what they show.

const POLL_EVERY_MS = 1_500;
const POLL_AT_MOST_MS = 60_000;
const POLL_LIMIT_MS = 20_000;

showCopyButtons(document);
document.addEventListener("click", (event) => void onCopy(event));
document.addEventListener("submit", onSubmit);
addEventListener("pageshow", onPageShow);
addEventListener("pagehide", hideOnce);
showSection(document.querySelector(".top nav [aria-current]"));
const main = document.querySelector("main[data-live]");
if (main !== null) follow(main, document.querySelector("#live"));

/** On a phone the sections are wider than the page: where one is stands in sight. */
function showSection(link) {
  if (link === null) return;
  const list = link.closest("ul");
  list.scrollLeft = link.offsetLeft - list.offsetLeft - (list.clientWidth - link.clientWidth) / 2;
}

/** They are hidden where no script runs. */
function showCopyButtons(root) {
  for (const button of root.querySelectorAll("[data-copy]")) button.hidden = false;
}

async function onCopy({ target }) {
  const button = target.closest("[data-copy]");
  if (button === null || button.dataset.label !== undefined) return;
  button.dataset.label = button.textContent;
  button.textContent = await write(button.dataset.copy);
  setTimeout(() => {
    button.textContent = button.dataset.label;
    delete button.dataset.label;
  }, 2_000);
}

async function write(text) {
  try {
    await navigator.clipboard.writeText(text);
    return "Copied";
  } catch {
    // Not allowed here, or not over http: the text stands on the page.
    return "Could not copy";
  }
}

/** After the browser has read the form: a button that is disabled earlier is not sent. */
function onSubmit(event) {
  const { target: form } = event;
  if (form.method !== "post") return;
  if (form.dataset.sent !== undefined) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "";
  setTimeout(() => {
    for (const button of buttonsOf(form)) {
      button.disabled = true;
      button.setAttribute("aria-busy", "true");
    }
  });
}

/** The back button shows the page as it was left. */
function onPageShow() {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    for (const button of buttonsOf(form)) {
      button.disabled = false;
      button.removeAttribute("aria-busy");
    }
  }
}

/** What is shown once is not shown again by the back button. */
function hideOnce() {
  for (const secret of document.querySelectorAll(".secret")) {
    for (const button of secret.closest("section").querySelectorAll("[data-copy]")) button.remove();
    secret.textContent = "It was shown once.";
  }
}

function buttonsOf(form) {
  return [...form.elements].filter(
    ({ localName, type }) => localName === "button" && type === "submit",
  );
}

/**
 * Asks for the page again and again while somebody looks at it, and shows what is new. Nothing is asked
 * while it is hidden or while a form of it is on its way.
 */
function follow(main, status) {
  let tag = main.dataset.live;
  let wait = POLL_EVERY_MS;
  let timer = null;
  let asking = false;
  let ended = false;

  document.addEventListener("visibilitychange", plan);
  addEventListener("pageshow", plan);
  plan();

  function plan() {
    clearTimeout(timer);
    if (document.visibilityState === "hidden" || asking || ended) return;
    timer = setTimeout(() => void ask(), wait);
  }

  async function ask() {
    asking = true;
    try {
      if (document.querySelector("form[data-sent]") === null) await look();
    } catch {
      // The network, or a server that is not there at the moment.
      trouble();
    }
    asking = false;
    plan();
  }

  async function look() {
    const response = await fetch(location.href, {
      headers: { "if-none-match": tag, "x-console-poll": "1" },
      cache: "no-store",
      signal: AbortSignal.timeout(POLL_LIMIT_MS),
    });
    if (response.status === 401) {
      end();
    } else if (response.status === 200 || response.status === 304) {
      if (wait !== POLL_EVERY_MS) say("");
      wait = POLL_EVERY_MS;
      if (response.status === 200) await show(response);
    } else {
      trouble();
    }
  }

  async function show(response) {
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const fresh = page.querySelector("main[data-live]");
    // Somebody pressed a button while the answer was on its way: the next page shows it.
    if (fresh === null || document.querySelector("form[data-sent]") !== null) return;
    tag = fresh.dataset.live;
    showCopyButtons(fresh);
    const focused = document.activeElement;
    const before = main.textContent;
    renew(main, fresh);
    // What had the focus is gone: whoever goes by keyboard is not sent back to the top of the page.
    if (!focused.isConnected) {
      main.tabIndex = -1;
      main.focus({ preventScroll: true });
    }
    document.title = page.title;
    if (main.textContent === before) return;
    const news = main.querySelector("[data-announce]");
    say(`This page has changed. ${news === null ? "" : news.textContent}`, 10_000);
  }

  function trouble() {
    wait = Math.min(wait * 2, POLL_AT_MOST_MS);
    say("This page is not followed at the moment: no answer. It is tried again by itself.");
  }

  function end() {
    ended = true;
    const link = document.createElement("a");
    link.href = `/console/sign-in?to=${encodeURIComponent(location.pathname + location.search)}`;
    link.textContent = "Sign in";
    status.replaceChildren("Your session has ended, this page is not followed any more. ", link);
  }

  function say(text, for_ms) {
    if (status.textContent === text) return;
    status.textContent = text;
    if (for_ms !== undefined) setTimeout(() => status.textContent === text && say(""), for_ms);
  }
}

/**
 * Makes `old` what `fresh` is and keeps every element that can stay: so focus, scroll, what is open and
 * what is being typed stay too.
 */
function renew(old, fresh) {
  if (old.isEqualNode(fresh)) return;
  if (old.nodeType !== Node.ELEMENT_NODE) {
    old.nodeValue = fresh.nodeValue;
    return;
  }
  // A person's: what was typed, and the name of the form that is not sent yet. What a form says of the page is not.
  if (old.type === "hidden" && old.name !== "once") old.value = fresh.value;
  if (["INPUT", "TEXTAREA", "SELECT"].includes(old.nodeName)) return;
  renewAttributes(old, fresh);
  const have = Array.from(old.childNodes);
  const kept = pairUp(have.map(keyOf), Array.from(fresh.childNodes, keyOf));
  let place = 0;
  for (const [index, wanted] of Array.from(fresh.childNodes).entries()) {
    const stays = kept.get(index);
    if (stays === undefined) {
      old.insertBefore(document.adoptNode(wanted), have[place] ?? null);
      continue;
    }
    for (; place < stays; place += 1) have[place].remove();
    renew(have[place], wanted);
    place += 1;
  }
  for (; place < have.length; place += 1) have[place].remove();
}

/** What makes two nodes the same one: an id, else what it is, where it leads and what it is called. */
function keyOf(node) {
  if (node.nodeType !== Node.ELEMENT_NODE) return node.nodeName;
  if (node.id !== "") return `#${node.id}`;
  return ["action", "name", "class", "aria-labelledby"].reduce(
    (key, name) => `${key} ${node.getAttribute(name) ?? ""}`,
    node.nodeName,
  );
}

/** The longest common subsequence: the index in `want` of each that stays → its index in `have`. */
function pairUp(have, want) {
  const width = want.length + 1;
  const lengths = new Uint16Array((have.length + 1) * width);
  for (let i = have.length - 1; i >= 0; i -= 1) {
    for (let j = want.length - 1; j >= 0; j -= 1) {
      const [below, beside] = [lengths[(i + 1) * width + j], lengths[i * width + j + 1]];
      lengths[i * width + j] =
        have[i] === want[j] ? lengths[(i + 1) * width + j + 1] + 1 : Math.max(below, beside);
    }
  }
  const pairs = new Map();
  for (let i = 0, j = 0; i < have.length && j < want.length;) {
    if (have[i] === want[j]) pairs.set(j++, i++);
    else if (lengths[(i + 1) * width + j] >= lengths[i * width + j + 1]) i += 1;
    else j += 1;
  }
  return pairs;
}

function renewAttributes(old, fresh) {
  // Whether a person has opened it is theirs.
  const isTheirs = (name) => ["open", "data-label", "tabindex"].includes(name);
  for (const { name } of Array.from(old.attributes)) {
    if (!fresh.hasAttribute(name) && !isTheirs(name)) old.removeAttribute(name);
  }
  for (const { name, value } of fresh.attributes) {
    if (old.getAttribute(name) !== value && !isTheirs(name)) old.setAttribute(name, value);
  }
}
