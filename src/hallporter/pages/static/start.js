import { showAccounts } from "./accounts.js";
import { appearance, formAppearance } from "./appearance.js";
import { watchClient } from "./client.js";
import { byId, copies, tabs } from "./dom.js";
import { message } from "./messages.js";
import { follow } from "./polling.js";

const HOME = location.pathname;
const FORMS = { "sign-in": "SignIn", "sign-up": "SignUp" };
// What the link of an invitation or a sign-in token asks for; the other form waits without end.
const FORM_OF_STATUS = { sign_in: "sign-in", sign_up: "sign-up" };
const TITLES = { out: byId("door-title").textContent, in: "Welcome in" };
const LEADS = {
  out: byId("door-lead").textContent,
  in: "One browser, one client, as many accounts as you like. Watch the client change.",
};

let mounted = null;
let chooseTab = null;

async function start() {
  const lookAtClient = watchClient();
  watchMail();
  showSettings();
  const clerk = window.Clerk;
  const ClerkUI = window.__internal_ClerkUICtor;
  if (!clerk || !ClerkUI) {
    unavailable("The components could not be fetched. Go online once, or see `hallporter assets`.");
    return;
  }
  await clerk.load({
    ui: { ClerkUI },
    appearance,
    routerPush: (to) => go(to, "pushState"),
    routerReplace: (to) => go(to, "replaceState"),
    signInUrl: `${HOME}?sign-in`,
    signUpUrl: `${HOME}?sign-up`,
    signInFallbackRedirectUrl: HOME,
    signUpFallbackRedirectUrl: HOME,
    afterSignOutUrl: HOME,
    afterMultiSessionSingleSignOutUrl: HOME,
  });
  byId("loading").hidden = true;
  chooseTab = tabs(document.querySelector("#forms [role=tablist]"), (id) =>
    go(`${HOME}?${id.replace("-tab", "")}`, "pushState"),
  );
  byId("add-account").addEventListener("click", () => go(`${HOME}?sign-in`, "pushState"));
  byId("sign-out-of-all").addEventListener("click", () => clerk.signOut());
  window.addEventListener("popstate", show);
  clerk.addListener(() => {
    show();
    lookAtClient();
  });
}

/** Move within the page, as the components ask for, without loading it anew. */
function go(to, how) {
  history[how](null, "", to);
  show();
}

function show() {
  const clerk = window.Clerk;
  // Between two sessions there is neither: what is shown stays until it is known what comes.
  if (clerk.session === undefined) return;
  const query = new URLSearchParams(location.search);
  const asked =
    FORM_OF_STATUS[query.get("__clerk_status")] ?? Object.keys(FORMS).find((name) => query.has(name));
  const isSignedIn = clerk.client.signedInSessions.length > 0;
  byId("accounts").hidden = !isSignedIn;
  byId("door-title").textContent = isSignedIn ? TITLES.in : TITLES.out;
  byId("door-lead").textContent = isSignedIn ? LEADS.in : LEADS.out;
  if (isSignedIn) showAccounts(clerk);
  mountUserButton(clerk);
  mountForm(clerk, asked ?? (isSignedIn ? null : "sign-in"));
}

function mountUserButton(clerk) {
  const place = byId("user-button");
  const isMounted = place.childElementCount > 0;
  if (clerk.session && !isMounted) clerk.mountUserButton(place);
  if (!clerk.session && isMounted) clerk.unmountUserButton(place);
}

function mountForm(clerk, name) {
  byId("forms").hidden = name === null;
  if (name === mounted) return;
  const place = byId("form");
  if (mounted) clerk[`unmount${FORMS[mounted]}`](place);
  if (name) clerk[`mount${FORMS[name]}`](place, { routing: "hash", appearance: formAppearance });
  if (name) chooseTab(`${name}-tab`);
  mounted = name;
}

function watchMail() {
  follow(([newest]) => {
    byId("mail").hidden = !newest;
    if (newest) byId("newest-mail").replaceChildren(message(newest, { withBody: false }));
  });
}

function showSettings() {
  const settings = byId("settings");
  const panels = [...settings.querySelectorAll("[role=tabpanel]")];
  const open = (id) => panels.forEach((each) => (each.hidden = `${each.id}-tab` !== id));
  tabs(settings.querySelector("[role=tablist]"), open);
  open(`${panels[0].id}-tab`);
  copies(byId("copy-settings"), () => panels.find((each) => !each.hidden).textContent);
  for (const each of settings.querySelectorAll("[data-copies]")) {
    copies(each, () => byId(each.dataset.copies).textContent);
  }
}

function unavailable(reason) {
  byId("loading").hidden = true;
  byId("unavailable").hidden = false;
  byId("unavailable").textContent = reason;
}

await start();
