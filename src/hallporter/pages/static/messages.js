import { button, copies, element } from "./dom.js";

const PREFIX = document.body.dataset.prefix;
const CHANNELS = { email: "Mail", sms: "SMS", whatsapp: "WhatsApp" };
const FATES = { failed: "not delivered", dropped: "not sent: no longer needed" };

/** Return a message as an element. */
export function message(told, { withBody }) {
  const made = element(
    "article",
    { class: `card message new ${told.channel}`, "data-id": told.id },
    element(
      "p",
      { class: "from" },
      element("span", { class: "channel" }, CHANNELS[told.channel]),
      element("span", { class: "to" }, told.to),
      element("time", { datetime: new Date(told.created_at).toISOString() }, time(told)),
    ),
  );
  if (told.subject) made.append(element("p", { class: "subject" }, told.subject));
  if (told.body === null) made.append(element("p", { class: "quiet" }, gone(told)));
  if (told.code) made.append(code(told.code));
  if (told.link) made.append(link(told.link));
  if (withBody && told.has_html) made.append(mail(told));
  else if (withBody && told.body) made.append(element("p", { class: "body" }, told.body));
  return made;
}

/** Return the mail as its reader sees it, in a frame where nothing can run; loaded when opened. */
function mail(told) {
  const frame = element("iframe", {
    class: "mail",
    title: `Mail: ${told.subject}`,
    loading: "lazy",
    sandbox: "allow-popups allow-popups-to-escape-sandbox",
    "data-src": `${PREFIX}/inbox/${told.id}`,
  });
  const text = element("p", { class: "body" }, told.body);
  const made = element("details", {}, element("summary", {}, "As it looks, and as plain text"), frame, text);
  made.addEventListener("toggle", () => (frame.src ||= frame.dataset.src), { once: true });
  return made;
}

function code(text) {
  const copy = button("Copy", () => {}, { class: "copy" });
  copies(copy, () => text);
  return element("p", { class: "code" }, element("code", {}, text), copy);
}

function link(url) {
  const anchor = element("a", { href: url, target: "_blank", rel: "noreferrer" }, "Open the link");
  const copy = button("Copy", () => {}, { class: "copy" });
  copies(copy, () => url);
  return element("p", { class: "link" }, anchor, copy);
}

function gone(told) {
  return FATES[told.status] ?? `${told.slug}: what it said has left this machine`;
}

function time(told) {
  return new Date(told.created_at).toLocaleTimeString();
}
