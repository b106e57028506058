// panva's oidc-provider, unmodified, on loopback: what it is told, and one line that says where it is.
// It shows its own development forms; whoever logs in as NAME is NAME, with NAME@example.com.
import { createRequire } from "node:module";
import { createServer } from "node:http";

const require = createRequire(new URL("../sdk/package.json", import.meta.url));
// It warns that a provider for development is one, and its forms are styled from elsewhere.
console.warn = console.info = console.log = () => {};
const { default: Provider } = await import(require.resolve("oidc-provider"));

const claimsOf = (name) => ({
  sub: name,
  email: `${name}@example.com`,
  email_verified: !name.startsWith("unproved"),
  given_name: "Ada",
  family_name: "Lovelace",
  preferred_username: name,
});

const configuration = {
  claims: {
    openid: ["sub"],
    email: ["email", "email_verified"],
    profile: ["given_name", "family_name", "preferred_username"],
  },
  features: {
    devInteractions: { enabled: true },
    registration: { enabled: true },
    rpInitiatedLogout: { enabled: false },
  },
  clientAuthMethods: ["client_secret_basic", "client_secret_post"],
  scopes: ["openid", "offline_access", "email", "profile", "files"],
  cookies: { keys: ["only for tests"] },
  jwks: undefined,
  findAccount: (_context, name) => ({ accountId: name, claims: () => claimsOf(name) }),
};

const server = createServer();
server.listen(0, "127.0.0.1", () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const { jwks, ...rest } = configuration;
  const provider = new Provider(issuer, rest);
  server.on("request", provider.callback());
  process.stdout.write(`${issuer}\n`);
});
