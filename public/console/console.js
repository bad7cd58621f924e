// What makes the console a little more pleasant where script runs. Every page works without it: copy buttons,
// forms that are sent once, and pages that follow what they show.

const POLL_EVERY_MS = 1_500;
const POLL_AT_MOST_MS = 60_000;
const POLL_LIMIT_MS = 20_000;

showCopyButtons(document);
document.addEventListener("click", (event) => void onCopy(event));
document.addEventListener("submit", onSubmit);
addEventListener("pageshow", onPageShow);
const main = document.querySelector("main[data-live]");
if (main !== null) follow(main, document.querySelector("#live"));

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
    renew(main, fresh);
    document.title = page.title;
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
 * what is being typed stay too. Elements with an id are the same as their namesakes.
 */
function renew(old, fresh) {
  if (old.isEqualNode(fresh)) return;
  if (old.nodeType !== Node.ELEMENT_NODE) {
    old.nodeValue = fresh.nodeValue;
    return;
  }
  // A person's: what was typed, and the name of the form that is not sent yet.
  if (["INPUT", "TEXTAREA", "SELECT"].includes(old.nodeName)) return;
  renewAttributes(old, fresh);
  let place = old.firstChild;
  for (const wanted of Array.from(fresh.childNodes)) {
    const kept = findKept(old, place, wanted);
    if (kept === null) {
      old.insertBefore(document.adoptNode(wanted), place);
      continue;
    }
    if (kept === place) place = place.nextSibling;
    else old.insertBefore(kept, place);
    renew(kept, wanted);
  }
  while (place !== null) {
    const next = place.nextSibling;
    place.remove();
    place = next;
  }
}

/** The child of `old` that becomes `wanted`, at its place or, by its id, behind it. */
function findKept(old, place, wanted) {
  if (wanted.id) {
    const namesake = [...old.children].find(({ id }) => id === wanted.id);
    return namesake !== undefined && namesake.nodeName === wanted.nodeName ? namesake : null;
  }
  if (place === null || place.nodeName !== wanted.nodeName || place.id) return null;
  return keyOf(place) === keyOf(wanted) ? place : null;
}

/** A form is another one when it leads elsewhere, a field when it is called otherwise. */
function keyOf(node) {
  if (node.nodeType !== Node.ELEMENT_NODE) return "";
  return `${node.getAttribute("action") ?? ""} ${node.getAttribute("name") ?? ""}`;
}

function renewAttributes(old, fresh) {
  // Whether a person has opened it is theirs.
  const isTheirs = (name) => name === "open" || name === "data-label";
  for (const { name } of Array.from(old.attributes)) {
    if (!fresh.hasAttribute(name) && !isTheirs(name)) old.removeAttribute(name);
  }
  for (const { name, value } of fresh.attributes) {
    if (old.getAttribute(name) !== value && !isTheirs(name)) old.setAttribute(name, value);
  }
}
