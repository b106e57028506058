/** Return the element with an id. */
export const byId = (id) => document.getElementById(id);

/** Return a new element; children that are strings become text, never markup. */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** Return a button that does `act` when pressed. */
export function button(label, act, attributes = {}) {
  const made = element("button", { type: "button", ...attributes }, label);
  made.addEventListener("click", act);
  return made;
}

/** Let a button copy the text that `read` returns at that moment. */
export function copies(made, read) {
  const label = made.textContent;
  made.addEventListener("click", async () => {
    await navigator.clipboard.writeText(read());
    made.textContent = "Copied";
    setTimeout(() => (made.textContent = label), 1500);
  });
}

/** Make a tab list work by pointer and arrow keys; `chosen` hears the id of the tab. */
export function tabs(list, chosen) {
  const all = [...list.querySelectorAll("[role=tab]")];
  const choose = (tab, tell = true) => {
    for (const each of all) {
      each.setAttribute("aria-selected", String(each === tab));
      each.tabIndex = each === tab ? 0 : -1;
    }
    byId(tab.getAttribute("aria-controls")).setAttribute("aria-labelledby", tab.id);
    if (tell) chosen(tab.id);
  };
  for (const tab of all) tab.addEventListener("click", () => choose(tab));
  list.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step) return;
    const next = all[(all.indexOf(document.activeElement) + step + all.length) % all.length];
    next.focus();
    choose(next);
  });
  choose(all[0], false);
  return (id) => choose(byId(id), false);
}
