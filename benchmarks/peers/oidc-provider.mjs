// panva's oidc-provider with its own adapter in memory: an access token in JWT form for a machine.
import { generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";
import Provider from "oidc-provider";
import { callers, port, ready, url } from "./ready.mjs";

const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const clients = Array.from({ length: callers }, (_, index) => ({
  client_id: `machine${index}`,
  client_secret: `secret of machine ${index}, which is long enough`,
  grant_types: ["client_credentials"],
  redirect_uris: [],
  response_types: [],
  token_endpoint_auth_method: "client_secret_post",
}));
const api = "https://api.example.com";

const provider = new Provider(url, {
  clients,
  cookies: { keys: ["a secret of nobody's, for the bench alone"] },
  features: {
    clientCredentials: { enabled: true },
    devInteractions: { enabled: false },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => api,
      getResourceServerInfo: () => ({
        scope: "read",
        accessTokenFormat: "jwt",
        accessTokenTTL: 60,
        jwt: { sign: { alg: "RS256" } },
      }),
    },
  },
  jwks: { keys: [{ ...privateKey.export({ format: "jwk" }), alg: "RS256", use: "sig" }] },
});

const rows = [
  {
    name: "token",
    does: "POST /token, client_credentials: the client's secret checked, a JWT access token signed; nothing stored",
    requests: clients.map(({ client_id, client_secret }) => ({
      method: "POST",
      path: "/token",
      headers: {},
      body: new URLSearchParams({
        grant_type: "client_credentials",
        client_id,
        client_secret,
        scope: "read",
      }).toString(),
    })),
    signs: { member: "access_token", alg: "RS256" },
  },
];

const setting = `its adapter in memory, ${callers.toLocaleString("en")} clients in the configuration`;
createServer(provider.callback()).listen(port, "127.0.0.1", () =>
  ready("oidc-provider", setting, rows),
);
