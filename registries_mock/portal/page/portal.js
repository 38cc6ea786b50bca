// The page's course: choose a family, read what will be signed, sign through NCALayer, submit, see what came of it.
// All that comes from outside is set as text, never as markup.

import { SigningStopped, signCms, signXml } from "/ncalayer.js";

const find = (id) => document.getElementById(id);
const words = await load("/words.json");
const known = await load("/personas.json");
let language = document.documentElement.lang;
let draft = null;
let told = null;

const say = (key) => words[key]?.[language] ?? key;

async function load(path) {
  return (await fetch(path)).json();
}

async function post(path, body) {
  const headers = { "Content-Type": "application/json", "Accept-Language": language };
  const response = await fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
  const answer = await response.json();
  if (!response.ok) throw new Refused(answer);
  return answer;
}

class Refused extends Error {
  constructor(problem) {
    super(problem.code);
    this.problem = problem;
  }
}

async function makeDraft() {
  forget("read", "sign", "done");
  draft = await post("/drafts", { persona: find("persona").value });
  showText();
  find("read").hidden = find("sign").hidden = false;
}

async function signAndSend() {
  forget("done");
  const format = document.querySelector("input[name=format]:checked").value;
  showState("waiting_for_signature");
  const value = format === "cms"
    ? await signCms(known.ncalayer, draft.application)
    : toBase64(await signXml(known.ncalayer, fromBase64(draft.xml)));
  showState("sending");
  const signature = { method: "eds", format, value };
  const accepted = await post("/applications", { application: draft.application, signature });
  const paper = accepted.ticket ?? accepted.notice;
  find("number").textContent = accepted.number;
  find("result-by").textContent = paper.result_by.on.split("-").reverse().join(".");
  find("done").hidden = false;
  find("sign").hidden = true;
}

// One act at a time; whatever ends it badly is shown in the reader's words, with the code for whoever helps.
async function act(work) {
  const buttons = [...document.querySelectorAll("button.act")];
  buttons.forEach((button) => { button.disabled = true; });
  forget("failure");
  told = null;
  try {
    await work();
  } catch (error) {
    told = error;
    showFailure();
  } finally {
    find("state").hidden = true;
    buttons.forEach((button) => { button.disabled = false; });
  }
}

function forget(...ids) {
  ids.forEach((id) => { find(id).hidden = true; });
}

function showState(key) {
  find("state").textContent = say(key);
  find("state").hidden = false;
}

function showText() {
  find("text").replaceChildren(...draft.text[language].map(paragraph));
}

function paragraph(line) {
  const element = document.createElement("p");
  element.textContent = line;
  return element;
}

function showFailure() {
  const [title, text, code, problems] = describe(told);
  find("failure-title").textContent = title;
  find("failure-text").textContent = text;
  find("failure-code").textContent = code;
  find("failure-list").replaceChildren(...problems.map((problem) => {
    const item = document.createElement("li");
    item.textContent = [problem.code, problem.pointer, problem.detail].filter(Boolean).join(" · ");
    return item;
  }));
  find("failure").hidden = false;
}

function describe(error) {
  if (error instanceof SigningStopped) {
    return [say("not_signed"), say(error.reason), `ncalayer: ${error.reason} ${error.detail}`.trim(), []];
  }
  if (error instanceof Refused) {
    const { code = "", problems = [] } = error.problem;
    return [say("refused_by_gateway"), code in words ? say(code) : say("see_code"), code, problems];
  }
  return [say("refused_by_gateway"), say("no_answer"), "no-answer", []];
}

function speak(chosen) {
  language = document.documentElement.lang = chosen;
  document.title = say("title");
  document.querySelectorAll("[data-word]").forEach((one) => { one.textContent = say(one.dataset.word); });
  document.querySelectorAll("[data-language]").forEach((one) => {
    one.setAttribute("aria-pressed", String(one.dataset.language === chosen));
  });
  if (draft) showText();
  if (told) showFailure();
}

// Base64 of UTF-8, both ways.
function fromBase64(text) {
  return new TextDecoder().decode(Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0)));
}

function toBase64(text) {
  return btoa(Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join(""));
}

find("persona").replaceChildren(...known.personas.map((one) => new Option(`${one.applicant} (${one.name})`, one.name)));
find("draft").addEventListener("click", () => act(makeDraft));
find("submit").addEventListener("click", () => act(signAndSend));
document.querySelectorAll("[data-language]").forEach((one) => {
  one.addEventListener("click", () => speak(one.dataset.language));
});
speak(language);
document.body.dataset.ready = "yes";
