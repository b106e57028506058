import { byId, element, tabs } from "./dom.js";
import { poll } from "./polling.js";

const OPERATIONS = ["get-tab", "verify-tab", "list-tab"];
const TOKEN = /("(?:[^"\\]|\\.)*")(\s*:)?|(true|false|null|-?\d[\d.eE+-]*)/g;

let view = null;
let isDoubted = false;
let operation = 0;
let form = "dated";
let linesBefore = new Map();

/** Keep the panel that shows this browser's client; returns what makes it look at once. */
export function watchClient() {
  const [operations, versions] = document.querySelectorAll(".client [role=tablist]");
  tabs(operations, (id) => choose(() => (operation = OPERATIONS.indexOf(id))));
  tabs(versions, (id) => choose(() => (form = id.replace("-tab", ""))));
  return poll("/start/client", take, byId("live"));
}

function take(found) {
  const isGone = Boolean(view?.client_id) && !found.client_id;
  // A look that crossed a sign-in or sign-out came with the token of before: believe the next one.
  isDoubted = isGone && !isDoubted;
  if (isDoubted) return false;
  view = found;
  show();
  return true;
}

function choose(change) {
  change();
  linesBefore = new Map();
  if (view) show();
}

function show() {
  const exchange = view.exchanges[operation];
  byId("pills").replaceChildren(...pills());
  byId("request").textContent = exchange ? exchange.request : "";
  byId("status").textContent = exchange ? exchange.status : "";
  byId("status").classList.toggle("refused", exchange?.status >= 400);
  byId("json").replaceChildren(...(exchange ? lines(exchange[form]) : [nobody()]));
}

function nobody() {
  return element(
    "p",
    { class: "none" },
    "This browser has no client yet. The first step of a sign-in or sign-up makes one: ",
    "type an address into the form and look here again.",
  );
}

function pills() {
  if (!view.client_id) return [pill("no client")];
  const client = view.exchanges[0].dated;
  const count = client.session_ids.length;
  return [
    pill(count === 1 ? "1 session" : `${count} sessions`, count ? "on" : ""),
    ...(client.sign_in_id ? [pill("sign-in pending", "pending")] : []),
    ...(client.sign_up_id ? [pill("sign-up pending", "pending")] : []),
  ];
}

const pill = (text, kind = "") => element("li", kind ? { class: kind } : {}, text);

/** Return the lines of the answer; those that were not there before light up. */
function lines(answer) {
  const texts = JSON.stringify(answer, null, 2).split("\n");
  const before = new Map(linesBefore);
  const isFirst = linesBefore.size === 0;
  linesBefore = new Map();
  return texts.map((text) => {
    const content = text.replace(/,$/, "");
    linesBefore.set(content, (linesBefore.get(content) ?? 0) + 1);
    const left = before.get(content) ?? 0;
    before.set(content, left - 1);
    const isChanged = !isFirst && left < 1;
    return element("span", { class: isChanged ? "line changed" : "line" }, ...coloured(text));
  });
}

function coloured(text) {
  const parts = [];
  let end = 0;
  for (const match of text.matchAll(TOKEN)) {
    const kind = match[3] ? "other" : match[2] ? "key" : "string";
    parts.push(text.slice(end, match.index), element("span", { class: kind }, match[0]));
    end = match.index + match[0].length;
  }
  return [...parts, text.slice(end)];
}
