/** HTTP requests made of the description of the interface, each with a fault in it: every one is refused with a code that has a name. */
import { Agent, request } from "node:http";
import { operations } from "@valence/coordinator/testing/description";
import { ERRORS } from "@valence/shared/errors";
import fc from "fast-check";
import { type Ask, bodied } from "./bodies.js";
import { drawn, shared } from "./drawn.js";
import { loopbackOf } from "./raw-connection.js";

type Operation = ReturnType<typeof operations>[number];

/** What no path, parameter or header of ours is. */
const odd = fc.oneof(
  fc.constantFrom(
    "%",
    "%zz",
    "%00",
    "..%2f..%2f",
    "__proto__",
    "constructor",
    "-1",
    "1e999",
    "NaN",
    "[]",
    "a".repeat(2_000),
    "%F0%28%8C%28",
  ),
  fc.string({ minLength: 1, maxLength: 40 }).map((text) => `~${encodeURIComponent(text)}`),
);
/** Of no job, atom, upload or session. */
const nobody = fc.oneof(
  odd,
  fc.stringMatching(/^[a-z0-9]{8,26}$/).map((id) => `no-${id}`),
);
const visible = fc.stringMatching(/^[!-~]{1,60}$/);

/** A request that would be right, were what it is about there. */
function plain(operation: Operation, token: string): fc.Arbitrary<Ask> {
  const { method, path, security } = operation;
  const headers: Record<string, string> = security.some((each) => "token" in each)
    ? { Authorization: `Bearer ${token}` }
    : {};
  return nobody.map((id) => ({ method: method.toUpperCase(), path: path.replace(/\{\w+\}/, id), headers, body: null }));
}

/** Faults that every request can have. */
function faulty(ask: Ask): fc.Arbitrary<Ask> {
  const { path, headers } = ask;
  return fc.oneof(
    fc
      .constantFrom("evil.example", "127.0.0.1.evil.example", "[::1", "0.0.0.0:1")
      .map((Host) => ({ ...ask, headers: { ...headers, Host } })),
    fc.constantFrom("PUT", "PATCH", "OPTIONS", "TRACE", "PROPFIND", "REPORT").map((method) => ({ ...ask, method })),
    odd.map((segment) => ({ ...ask, path: `${path}/${segment}` })),
  );
}

/** Those of a request that is asked who sends it, and what it wants to know. */
function guarded(ask: Ask, { parameters }: Operation): fc.Arbitrary<Ask>[] {
  const known = parameters.filter((parameter) => parameter.in === "query").map(({ name }) => name);
  const query = fc
    .tuple(fc.constantFrom("unknown", "__proto__", ...known), odd)
    .map(([name, value]) => ({ ...ask, path: `${ask.path}?${name}=${value}&${name}[]=1&unknown=1` }));
  const token = visible.map((words) => ({ ...ask, headers: { ...ask.headers, Authorization: `Bearer ${words}` } }));
  return [query, token];
}

/** Of a request whose id is nobody's: all else may be right, or not. */
function lost(ask: Ask, { parameters }: Operation): fc.Arbitrary<Ask>[] {
  const headers = parameters.filter((parameter) => parameter.in === "header").map(({ name }) => name);
  const said = fc.tuple(fc.constantFrom("Range", "If-None-Match", "Accept", "Expect-CT", ...headers), visible);
  return [said.map(([name, value]) => ({ ...ask, headers: { ...ask.headers, [name]: value } }))];
}

function asks(token: string): fc.Arbitrary<Ask> {
  const each = operations().map((operation) =>
    plain(operation, token).chain((ask) => {
      const open = operation.security.length === 0;
      // Whoever says goodbye for nobody is thanked like anybody.
      const nobodys = operation.path.includes("{") && !operation.path.endsWith("/goodbye");
      const kinds = [
        faulty(ask),
        ...(open ? [] : guarded(ask, operation)),
        ...(nobodys ? lost(ask, operation) : []),
        ...(open ? [] : bodied(ask, operation.requestBody)),
      ];
      return fc.oneof(...kinds);
    }),
  );
  return fc.oneof(...each);
}

const AT_A_TIME = 16;

/** How often each code was the answer; a fault of the coordinator is an error. */
export type Answers = Map<string, number>;

/** Sends `count` requests, and gives what they were refused with. @throws Error for an answer that is no refusal */
export async function hostileRequests(
  port: number,
  { count, seed, token }: { count: number; seed: number; token: string },
): Promise<Answers> {
  const asked = drawn(asks(token), { count, seed });
  const answers: Answers = new Map();
  const asker = async (_: unknown, n: number) => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1, ...loopbackOf(n) });
    for (const ask of shared(asked)) {
      const code = await refusalOf(port, agent, ask);
      answers.set(code, (answers.get(code) ?? 0) + 1);
    }
    agent.destroy();
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, asker));
  return answers;
}

/** So long an answer may take: whoever needs longer hangs. */
const HANGS_MS = 60_000;

async function refusalOf(port: number, agent: Agent, ask: Ask): Promise<string> {
  const { status, type, body } = await answerTo(port, agent, ask);
  const said = `${ask.method} ${ask.path.slice(0, 200)} ${JSON.stringify(ask.headers)} was answered ${status} ${body.slice(0, 300)}`;
  if (status < 400 || status > 499) throw new Error(said);
  if (!type.startsWith("application/problem+json")) throw new Error(said);
  const { code } = JSON.parse(body) as { code: string };
  if (!Object.hasOwn(ERRORS, code)) throw new Error(said);
  return code;
}

function answerTo(
  port: number,
  agent: Agent,
  { method, path, headers, body }: Ask,
): Promise<{ status: number; type: string; body: string }> {
  return new Promise((resolve, reject) => {
    const length = body === null ? {} : { "Content-Length": String(Buffer.byteLength(body)) };
    const sent = request(
      { host: "127.0.0.1", port, agent, method, path, headers: { ...headers, ...length }, timeout: HANGS_MS },
      (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (part: string) => {
          text += part;
        });
        response.on("end", () =>
          resolve({ status: response.statusCode ?? 0, type: response.headers["content-type"] ?? "", body: text }),
        );
      },
    );
    sent.on("timeout", () => sent.destroy(new Error(`no answer to ${method} ${path} within ${HANGS_MS} ms`)));
    sent.on("error", reject);
    sent.end(body ?? undefined);
  });
}
