// better-auth on SQLite. The third argument is the algorithm of its JWT plugin, or `none`: with
// the plugin `get-session` signs as well, so sessions are checked and started without it.
import { createHmac } from "node:crypto";
import { createServer } from "node:http";
import { betterAuth } from "better-auth";
import { hashPassword } from "better-auth/crypto";
import { toNodeHandler } from "better-auth/node";
import { jwt } from "better-auth/plugins";
import Database from "better-sqlite3";
import { callers, port, ready, url, versionOf } from "./ready.mjs";

const algorithm = process.argv[4];
const keyPairs = {
  RS256: { alg: "RS256", modulusLength: 2048 },
  EdDSA: { alg: "EdDSA", crv: "Ed25519" },
};
const secret = "a secret of nobody's, for the bench alone";
const password = "correct horse battery";

const database = new Database(`better-auth-${algorithm}.db`);
database.pragma("journal_mode = wal");
database.pragma("synchronous = normal");

const auth = betterAuth({
  baseURL: url,
  secret,
  database,
  emailAndPassword: { enabled: true },
  rateLimit: { enabled: false },
  telemetry: { enabled: false },
  logger: { disabled: true },
  plugins: algorithm === "none" ? [] : [jwt({ jwks: { keyPairConfig: keyPairs[algorithm] } })],
});

async function fill() {
  const context = await auth.$context;
  await context.runMigrations();
  const hash = await hashPassword(password);
  const cookies = [];
  database.exec("begin");
  for (let index = 0; index < callers; index += 1) {
    const user = await context.internalAdapter.createUser({
      email: `guest${index}@example.com`,
      name: `Guest ${index}`,
      emailVerified: true,
    });
    await context.internalAdapter.linkAccount({
      userId: user.id,
      providerId: "credential",
      accountId: user.id,
      password: hash,
    });
    const { token } = await context.internalAdapter.createSession(user.id);
    const signature = createHmac("sha256", secret).update(token).digest("base64");
    const { name } = context.authCookies.sessionToken;
    cookies.push(`${name}=${encodeURIComponent(`${token}.${signature}`)}`);
  }
  database.exec("commit");
  database.exec("analyze");
  return cookies;
}

const cookies = await fill();
const get = (path) =>
  cookies.map((cookie) => ({ method: "GET", path, headers: { Cookie: cookie }, body: "" }));

const minting = [
  {
    name: `JWT mint, ${algorithm}`,
    does: "GET /token: session and user read from SQLite, the signing key read and decrypted, a JWT signed",
    requests: get("/api/auth/token"),
    signs: { member: "token", alg: algorithm },
  },
];
const sessions = [
  {
    name: "session check",
    does: "GET /get-session: the cookie's signature checked, session and user read from SQLite",
    requests: get("/api/auth/get-session"),
    shows: '"session":',
  },
  {
    name: "login",
    does: "POST /sign-in/email: scrypt (N=16384, r=16, its default), a session written",
    requests: cookies.map((_, index) => ({
      method: "POST",
      path: "/api/auth/sign-in/email",
      headers: { "Content-Type": "application/json", Origin: url },
      body: JSON.stringify({ email: `guest${index}@example.com`, password }),
    })),
    shows: '"token":',
    checks_password: true,
  },
];

const setting =
  `SQLite file through better-sqlite3 ${versionOf("better-sqlite3")} (WAL, synchronous=normal), ` +
  `${callers.toLocaleString("en")} users with a session each; cookie cache off (its default), rate limit off`;
createServer(toNodeHandler(auth)).listen(port, "127.0.0.1", () =>
  ready("better-auth", setting, algorithm === "none" ? sessions : minting),
);
