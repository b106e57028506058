import { button, copies, element } from "./dom.js";

/** Return a mail as an element. */
export function message(mail, { withBody }) {
  const made = element(
    "article",
    { class: "card message new", "data-id": mail.id },
    element(
      "p",
      { class: "from" },
      element("span", { class: "to" }, mail.to),
      element("time", { datetime: new Date(mail.created_at).toISOString() }, time(mail)),
    ),
    element("p", { class: "subject" }, mail.subject),
  );
  if (mail.code) made.append(code(mail.code));
  if (withBody && mail.body) made.append(element("p", { class: "body" }, mail.body));
  return made;
}

function code(text) {
  const copy = button("Copy", () => {}, { class: "copy" });
  copies(copy, () => text);
  return element("p", { class: "code" }, element("code", {}, text), copy);
}

function time(mail) {
  return new Date(mail.created_at).toLocaleTimeString();
}
