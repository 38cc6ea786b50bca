// The page's life: what changes is fetched each second and renewed in place; windows, copying, failures, time, reset.
// All markup comes from this suite's own templates, which escape it; what else is told is set as text.

const EACH = 1000;
const LONGEST = 20000;
const { body } = document;
const root = body.dataset.root;
const language = document.documentElement.lang;
const find = (selector) => document.querySelector(selector);
const parse = (text) => new DOMParser().parseFromString(text, "text/html");
const ask = (path, given = {}) => fetch(root + path, { signal: AbortSignal.timeout(LONGEST), ...given });

// ---- live

const state = find("#live-state");
let paused = false;
let etag = "";
let asking = null;

async function renew() {
  const response = await ask(`/_mock/page/live?lang=${language}`, { headers: etag ? { "If-None-Match": etag } : {} });
  if (response.status === 304) return;
  if (!response.ok) throw new Error(String(response.status));
  const come = parse(await response.text());
  const focused = document.activeElement;
  for (const fresh of come.querySelectorAll("[data-renewed]")) merge(document.getElementById(fresh.id), fresh);
  etag = response.headers.get("ETag") ?? "";
  if (focused?.isConnected && focused !== document.activeElement) focused.focus({ preventScroll: true });
}

const HOLDERS = ["TABLE", "TBODY", "UL"];

// What is as it was stays the node it was (with the reader's focus in it); what holds rows is looked into.
function merge(now, fresh) {
  if (!now || now.isEqualNode(fresh)) return;
  const known = new Map([...now.children].map((one) => [one.id || one.tagName, one]));
  now.replaceChildren(...[...fresh.childNodes].map((come) => {
    const old = come instanceof Element ? known.get(come.id || come.tagName) : null;
    if (!old || old.tagName !== come.tagName) return greet(come);
    if (!HOLDERS.includes(old.tagName)) return old.isEqualNode(come) ? old : come;
    merge(old, come);
    return old;
  }));
}

function greet(come) {
  if (come instanceof Element && come.id.startsWith("exchange-") && matchMedia("(prefers-reduced-motion: no-preference)").matches)
    requestAnimationFrame(() => come.animate([{ background: "rgb(90 160 220 / .35)" }, {}], 1600));
  return come;
}

// One asking at a time; who must see what has just changed waits for one that began later.
function look() {
  asking = (asking ?? Promise.resolve()).then(renew).then(() => show("live"), () => show("lost"));
  return asking;
}

function show(how) {
  const shown = paused ? "paused" : how;
  if (state.dataset.state === shown) return;
  state.dataset.state = shown;
  state.textContent = shown === "lost" ? body.dataset.lost : state.dataset[shown];
}

async function watch() {
  for (;;) {
    if (!paused && document.visibilityState === "visible") await look();
    await new Promise((done) => setTimeout(done, EACH));
  }
}

// ---- what is done

async function change(method, path, given) {
  const headers = { "Content-Type": "application/json" };
  const response = await ask(path, { method, headers, body: given === undefined ? undefined : JSON.stringify(given), signal: AbortSignal.timeout(40000) });
  if (response.ok) return "";
  const told = await response.json().catch(() => ({}));
  return told.error ?? `HTTP ${response.status}`;
}

// Says in the form why it was not done; all that shows the suite is renewed.
async function act(form, ...what) {
  const refusal = form?.querySelector(".refusal");
  const why = await change(...what).catch(() => body.dataset.lost);
  if (refusal) refusal.textContent = why ? `${body.dataset.notDone}: ${why}` : "";
  else if (why) tell(`${body.dataset.notDone}: ${why}`);
  if (state) await look();
  return !why;
}

let fading = 0;
function tell(text) {
  const place = find("dialog[open] #told-inside") ?? find("#told");
  place.textContent = text;
  clearTimeout(fading);
  fading = setTimeout(() => (place.textContent = ""), 4000);
}

function readFailure(form) {
  const said = Object.fromEntries([...new FormData(form)].filter(([, value]) => value !== ""));
  for (const name of ["seconds", "times"]) if (name in said) said[name] = Number(said[name]);
  if ("probability" in said) said.probability = Number(said.probability) / 100;
  return said;
}

// The variants and the channels of the chosen kind.
function showKind() {
  const { variants, channels } = find("#kind").selectedOptions[0].dataset;
  const names = variants ? variants.split(" ") : [];
  find("#variant").replaceChildren(...names.map((name) => new Option(name)));
  find("#variant-field").hidden = names.length === 0;
  find("#channels").textContent = channels ? `${find("#channels").dataset.words} ${channels}` : "";
}

function prepareFailure(field, value) {
  find(`#${field}`).value = value;
  find("#failures").scrollIntoView();
  find("#kind").focus({ preventScroll: true });
}

// ---- windows

async function openWindow(path, given = {}) {
  const shown = parse(await (await fetch(path, { ...given, signal: AbortSignal.timeout(LONGEST) })).text()).querySelector("#shown");
  find("#shown-here").replaceChildren(shown);
  find("#window").ariaLabel = shown.querySelector("h2").textContent;
  if (!find("#window").open) find("#window").showModal();
  find("#window").scrollTop = 0;
}

async function copy(selector) {
  const place = find(`dialog[open] ${selector}`) ?? find(selector);
  await navigator.clipboard.writeText(place.textContent).then(() => tell(body.dataset.copied), () => tell(body.dataset.notCopied));
}

// ---- hands

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-window]");
  if (link && find("#window") && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    openWindow(link.href).catch(() => tell(body.dataset.lost));
    return;
  }
  if (event.target === find("#window")) find("#window").close();
  const given = event.target.closest("button")?.dataset ?? {};
  if ("close" in given) find("#window").close();
  if ("copy" in given) copy(given.copy);
  if ("off" in given) act(null, "DELETE", given.off ? `/_mock/failures/${given.off}` : "/_mock/failures");
  if ("fail" in given) prepareFailure("passport", given.fail);
  if ("failPersona" in given) prepareFailure("persona", given.failPersona);
  if ("step" in given) act(find("#step"), "POST", "/dev/clock", { step: given.step });
});

function listen() {
  find("#failure").addEventListener("submit", async (event) => {
    event.preventDefault();
    await act(event.target, "POST", "/_mock/failures", readFailure(event.target));
  });
  find("#step")?.addEventListener("submit", async (event) => {
    event.preventDefault();
    await act(event.target, "POST", "/dev/clock", { step: event.target.elements.step.value.trim() });
  });
  find("#look-up").addEventListener("submit", (event) => {
    event.preventDefault();
    const form = event.target;
    openWindow(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) }).catch(() => tell(body.dataset.lost));
  });
  find("#reset").addEventListener("click", async () => {
    if (await act(null, "POST", "/_mock/reset")) find("#reset").closest("details").open = false;
  });
  find("#kind").addEventListener("change", showKind);
  find("#pause").addEventListener("click", (event) => {
    paused = !paused;
    event.target.textContent = event.target.dataset[paused ? "resume" : "pause"];
    show("live");
    if (!paused) look();
  });
  showKind();
}

document.documentElement.dataset.script = "on";
if (state) {
  listen();
  watch();
}
body.dataset.ready = "yes";
