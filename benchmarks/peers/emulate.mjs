// emulate's Clerk service. It answers 403 after 5,000 requests per token and hour, hence a token
// per caller.
import { createEmulator } from "emulate";
import { callers, port, ready, url } from "./ready.mjs";

const AT_ONCE = 32;
const keys = Array.from({ length: callers }, (_, index) => `sk_test_bench${index}`);
const tokens = Object.fromEntries(keys.map((key) => [key, { login: key, scopes: [] }]));
await createEmulator({ service: "clerk", port, seed: { tokens, clerk: {} } });

const bearing = (key) => ({ Authorization: `Bearer ${key}` });

async function post(key, path, body) {
  const headers = { ...bearing(key), "Content-Type": "application/json" };
  const reply = await fetch(url + path, { method: "POST", headers, body: JSON.stringify(body) });
  if (!reply.ok) throw new Error(`${path} answers ${reply.status}: ${await reply.text()}`);
  return reply.json();
}

const sessions = [];
async function signIn(index) {
  const email_address = [`guest${index}@example.com`];
  const user = await post(keys[index], "/v1/users", { first_name: `Guest ${index}`, email_address });
  sessions[index] = await post(keys[index], "/v1/sessions", { user_id: user.id });
}
const turns = keys.keys();
await Promise.all(
  Array.from({ length: AT_ONCE }, async () => {
    for (const index of turns) await signIn(index);
  }),
);

const rows = [
  {
    name: "session token",
    does: "POST /v1/sessions/:id/tokens: session, user and memberships found in memory, a JWT signed",
    requests: keys.map((key, index) => ({
      method: "POST",
      path: `/v1/sessions/${sessions[index].id}/tokens`,
      headers: bearing(key),
      body: "",
    })),
    signs: { member: "jwt", alg: "RS256" },
  },
];

const setting =
  `its Clerk service in memory, ${callers.toLocaleString("en")} users with a session each, ` +
  "a secret key per user: it allows a key 5,000 requests an hour";
ready("emulate", setting, rows);
