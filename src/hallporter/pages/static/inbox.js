import { byId } from "./dom.js";
import { message } from "./messages.js";
import { follow } from "./polling.js";

const list = byId("messages");

/** Add what is new above what is there, and touch nothing else: no flicker, no lost selection. */
function show(mails) {
  byId("empty").hidden = mails.length > 0;
  const known = new Set([...list.children].map((each) => each.dataset.id));
  const added = mails.filter((mail) => !known.has(mail.id));
  list.prepend(...added.map((mail) => message(mail, { withBody: true })));
}

follow(show, byId("live"));
