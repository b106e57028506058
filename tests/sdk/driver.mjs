// Drives @clerk/backend, unmodified: one JSON line asks, one JSON line answers.
import { createInterface } from "node:readline";

// Only the server under test may be asked: telemetry or a default address would go elsewhere.
const fetchAnywhere = globalThis.fetch;
globalThis.fetch = (input, init) => {
  const { hostname } = new URL(input.url ?? input);
  if (hostname !== "127.0.0.1") throw new Error(`the SDK asked ${hostname}`);
  return fetchAnywhere(input, init);
};
// The SDK takes hold of `fetch` when it is loaded, and writes its warnings where we answer.
console.log = console.error;
const { createClerkClient, verifyToken } = await import("@clerk/backend");

const { clerkPlugin, getAuth: getFastifyAuth } = await import("@clerk/fastify");
const { clerkMiddleware, getAuth: getHonoAuth } = await import("@clerk/hono");
const { enUS } = await import("@clerk/localizations");
const { default: fastify } = await import("fastify");
const { Hono } = await import("hono");

const clientOf = (config) => createClerkClient({ ...config, telemetry: { disabled: true } });

const tasks = {
  async call({ config, method, given }) {
    const path = method.split(".");
    const name = path.pop();
    const api = path.reduce((found, part) => found[part], clientOf(config));
    return api[name](...given);
  },

  async verifyToken({ token, options }) {
    return verifyToken(token, options);
  },

  async askApi({ framework, ...given }) {
    return apis[framework](given);
  },

  async errorKeys() {
    // Keys without a text are written out as undefined.
    return Object.entries(enUS.unstable__errors).map(([key, text]) => [key, text !== undefined]);
  },

  async authenticateRequest({ config, url, request, options }) {
    const state = await clientOf(config).authenticateRequest(new Request(url, request), options);
    const auth = state.status === "handshake" ? {} : state.toAuth();
    return {
      status: state.status,
      reason: state.reason,
      user_id: auth.userId ?? null,
      session_id: auth.sessionId ?? null,
      location: state.headers.get("location"),
      set_cookies: state.headers.getSetCookie(),
    };
  },
};

// An API of its own, which speaks of its visitor; @clerk/fastify and @clerk/hono take the options
// that `hallporter keys` prints for them, and the keys from the environment as Hono hands it on.
const apis = {
  async fastify({ keys, options, url, headers }) {
    const api = fastify();
    api.register(clerkPlugin, { ...keys, ...options });
    api.get("/me", (request) => ({ user_id: getFastifyAuth(request).userId }));
    const reply = await api.inject({ url, headers });
    return { status: reply.statusCode, body: reply.body, location: reply.headers.location ?? null };
  },

  async hono({ keys, options, url, headers }) {
    const api = new Hono();
    api.use("*", clerkMiddleware({ ...keys, ...options }));
    api.get("/me", (context) => context.json({ user_id: getHonoAuth(context).userId }));
    const reply = await api.request(url, { headers });
    return {
      status: reply.status,
      body: await reply.text(),
      location: reply.headers.get("location"),
    };
  },
};

const told = (error) => ({
  message: error.message,
  reason: error.reason,
  status: error.status,
  codes: (error.errors ?? []).map(({ code }) => code),
  trace_id: error.clerkTraceId,
});

for await (const line of createInterface({ input: process.stdin })) {
  const { task, ...given } = JSON.parse(line);
  const answer = await tasks[task](given).then(
    (value) => ({ value }),
    (error) => ({ error: told(error) }),
  );
  process.stdout.write(JSON.stringify(answer) + "\n");
}
