import { button, byId, element } from "./dom.js";

/** Show who is signed in, with what can be done about each session. */
export function showAccounts(clerk) {
  byId("you-are").replaceChildren(
    ...(clerk.session
      ? ["Signed in as ", element("b", {}, nameOf(clerk.session))]
      : ["No session is active on this page: switch to one."]),
  );
  byId("sessions").replaceChildren(
    ...clerk.client.signedInSessions.map((session) => row(clerk, session)),
  );
}

function row(clerk, session) {
  const name = nameOf(session);
  const isActive = session.id === clerk.session?.id;
  const who = element("div", { class: "who" }, element("b", {}, name), element("code", {}, session.id));
  const choice = isActive
    ? element("span", { class: "active" }, "active")
    : button("Switch", () => clerk.setActive({ session: session.id }), {
        "aria-label": `Switch to ${name}`,
      });
  const end = button("Sign out", () => clerk.signOut({ sessionId: session.id }), {
    "aria-label": `Sign out of ${name}`,
  });
  return element("li", {}, who, element("div", { class: "what" }, choice, end));
}

function nameOf(session) {
  const user = session.user;
  return user.primaryEmailAddress?.emailAddress ?? user.username ?? user.id;
}
