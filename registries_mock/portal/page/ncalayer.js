// NCALayer's wire: a greeting, then one request and its answer. Each call ends: with a signature, or with a reason.

const MODULE = "kz.gov.pki.knca.commonUtils";
const STORAGE = "PKCS12";
const KEY_TYPE = "SIGNATURE";
const CANCELED = "action.canceled";
const GREETING_MS = 10_000;
// A person reads a dialogue, finds a key and types its password.
const DIALOGUE_MS = 300_000;

export class SigningStopped extends Error {
  // reason: not-running | canceled | broken-off | too-slow | refused
  constructor(reason, detail = "") {
    super(reason);
    this.reason = reason;
    this.detail = detail;
  }
}

// A detached CMS over the bytes, both in base64.
export function signCms(address, content) {
  return ask(address, "createCAdESFromBase64", [STORAGE, KEY_TYPE, content, false]);
}

// The document with an enveloped signature, both as text.
export function signXml(address, document) {
  return ask(address, "signXml", [STORAGE, KEY_TYPE, document, "", ""]);
}

function ask(address, method, args) {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(address);
    let greeted = false;
    let timer = setTimeout(() => stop("not-running"), GREETING_MS);
    const end = (settle) => {
      clearTimeout(timer);
      socket.onmessage = socket.onclose = socket.onerror = null;
      socket.close();
      settle();
    };
    const stop = (reason, detail) => end(() => reject(new SigningStopped(reason, detail)));
    socket.onerror = socket.onclose = () => stop(greeted ? "broken-off" : "not-running");
    socket.onmessage = ({ data }) => {
      if (data === "--heartbeat--") return;
      const answer = read(data);
      if (!greeted) {
        greeted = true;
        clearTimeout(timer);
        timer = setTimeout(() => stop("too-slow"), DIALOGUE_MS);
        socket.send(JSON.stringify({ module: MODULE, method, args }));
      } else if (answer.code === "200" && typeof answer.responseObject === "string") {
        end(() => resolve(answer.responseObject));
      } else if (answer.message === CANCELED) {
        stop("canceled");
      } else {
        stop("refused", String(answer.message ?? answer.errorCode ?? ""));
      }
    };
  });
}

function read(text) {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
}
