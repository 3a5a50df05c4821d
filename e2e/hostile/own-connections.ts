/** Messages that each come on a connection of their own: no HTTP, no WebSocket, no Engine.IO, no Socket.IO, no batch, or no hello. */
import { ERRORS } from "@valence/shared/errors";
import { MESSAGE_BYTES_MAX } from "@valence/shared/limits";
import { encodeBatch } from "@valence/shared/protocol/batch";
import fc from "fast-check";
import { broken, DEEP, damaged } from "./arbitrary.js";
import { drawn, shared } from "./drawn.js";
import {
  batch,
  CHALLENGED,
  connected,
  exchange,
  frame,
  head,
  OPENED,
  type Step,
  text,
  UPGRADE,
} from "./raw-connection.js";
import { anyUp, anyWrong } from "./wire.js";

type Steps = readonly Step[];
type Bytes = fc.Arbitrary<Uint8Array>;

const VOLUNTEER = connected('40/volunteer,{"version":1}');
const anyBytes = fc.uint8Array({ minLength: 1, maxLength: 300 });
const anyLine = fc.string({ unit: "binary", maxLength: 200 });

const noHttp: Bytes = fc.oneof(
  anyBytes,
  anyLine.map((line) => head([`GET /${line} HTTP/1.1`, "Host: 127.0.0.1"])),
  anyLine.map((line) => head(["GET /readyz HTTP/1.1", "Host: 127.0.0.1", `X-Odd: ${line}`, line])),
  fc
    .constantFrom("GET", "GET /", "\r\n\r\n\r\n", "GET / HTTP/9.9", "\x16\x03\x01\x02\x00\x01\x00", "a".repeat(20_000))
    .map((line) => head([line])),
  // Bodies that are cut, that announce what they cannot have, or two lengths at a time.
  fc
    .constantFrom("Content-Length: 999", "Content-Length: -1", "Content-Length: 1e9", "Transfer-Encoding: chunked")
    .chain((length) => fc.tuple(fc.constant(length), fc.constantFrom("Content-Length: 3", "X: y"), anyLine))
    .map(([length, other, body]) => {
      const lines = ["POST /api/v1/jobs HTTP/1.1", "Host: 127.0.0.1", "Content-Type: application/json", length, other];
      return Buffer.concat([head(lines), Buffer.from(body, "latin1")]);
    }),
);

/** An upgrade with a line of it left out, or another one in its place. */
const noUpgrade: Bytes = fc
  .tuple(
    fc.nat({ max: UPGRADE.length - 1 }),
    fc.constantFrom(
      null,
      "Host: evil.example",
      "Origin: https://evil.example",
      "Upgrade: h2c",
      "Sec-WebSocket-Version: 7",
      "Sec-WebSocket-Key: short",
      "GET /socket.io/?EIO=3&transport=websocket HTTP/1.1",
      "GET /socket.io/?EIO=4&transport=polling HTTP/1.1",
      "GET /socket.io/?EIO=4&transport=websocket&sid=__proto__ HTTP/1.1",
      "GET /other/?EIO=4&transport=websocket HTTP/1.1",
    ),
  )
  .map(([at, line]) => {
    if (line?.startsWith("GET")) return head([line, ...UPGRADE.slice(1)]);
    return head(UPGRADE.flatMap((own, i) => (i === at ? (line ?? []) : own)));
  });

const noWebSocket: Bytes = fc.oneof(
  anyBytes,
  fc
    .record({
      op: fc.nat({ max: 15 }),
      body: anyBytes,
      masked: fc.boolean(),
      final: fc.boolean(),
      length: fc.constantFrom(1n, 125n, 65_535n, 2n ** 31n, 2n ** 53n, 2n ** 63n - 1n, 2n ** 64n - 1n),
    })
    .map(frame),
);

const noSocketIo: Bytes = fc
  .oneof(
    fc.constantFrom(
      "",
      "0",
      "1",
      "2probe",
      "3",
      "4",
      "5",
      "6",
      "9",
      "b",
      "40",
      "41",
      "42",
      "44",
      "45",
      "46",
      "40{",
      "40/",
    ),
    fc.constantFrom('40{"sid":1}', "40/watch", "40/other,", "40/volunteer,{}", '40/volunteer,{"version":2}'),
    fc.constantFrom(
      '40/volunteer,{"version":"1"}',
      '40/volunteer,{"__proto__":{"version":1}}',
      '42/volunteer,["batch"]',
    ),
    fc.constantFrom('451-["batch",{"_placeholder":true,"num":0}]', '459999999999-/volunteer,["batch"]', '4511-["a"]'),
    fc.constantFrom(`42${DEEP}`, `40/watch,${DEEP}`, '42["message",{"__proto__":{"a":1}}]'),
    fc.string({ maxLength: 60 }).map((words) => `4${words}`),
  )
  .map(text);

/** On a link that waits for a hello: what is no batch, and what is one but says no true hello. */
const noHello: Bytes = fc.oneof(
  anyBytes.map(batch),
  damaged(anyUp.map((message) => encodeBatch([message]))).map(batch),
  anyUp.map((message) => batch(encodeBatch([message]))),
  anyWrong.map(batch),
  fc
    .constantFrom("batch", "message", "error", "disconnect", "__proto__")
    .map((event) => text(`42/volunteer,${JSON.stringify([event, event])}`)),
);

/** Watchers that say what is no subscription. */
const noSubscription: Bytes = fc
  .tuple(
    fc.constantFrom("subscribe", "unsubscribe", "view", "constructor"),
    broken(fc.record({ job: fc.string(), token: fc.string(), since: fc.integer() })),
  )
  .map(([event, body]) => text(`42/watch,1${JSON.stringify([event, body])}`));

/** Just over the limit of a message, at that of a frame, just over that one, and far over both. */
const OVERSIZE = [
  MESSAGE_BYTES_MAX + 1,
  MESSAGE_BYTES_MAX + 64 * 1024,
  MESSAGE_BYTES_MAX + 64 * 1024 + 1,
  2 * MESSAGE_BYTES_MAX,
];

const anySteps: fc.Arbitrary<Steps> = fc.oneof(
  fc.oneof(noHttp, noUpgrade).map((bytes) => [{ after: "", bytes }]),
  noWebSocket.map((bytes) => [OPENED, { after: "HTTP/1.1 101", bytes }]),
  noSocketIo.map((bytes) => [OPENED, { after: '0{"sid"', bytes }]),
  noHello.map((bytes) => [...VOLUNTEER, { after: CHALLENGED, bytes }]),
  noSubscription.map((bytes) => [...connected("40/watch,"), { after: '40/watch,{"sid"', bytes }]),
);

const AT_A_TIME = 32;

/** Says `count` messages, and as many oversized ones as there are sizes; waits until all connections are closed. Gives how many there were. */
export async function ownConnections(port: number, { count, seed }: { count: number; seed: number }): Promise<number> {
  let said = 0;
  const all = everything(count, seed);
  const speaker = async () => {
    for (const steps of shared(all)) refuseFault(await exchange(port, said++, steps), steps);
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, speaker));
  return said;
}

function* everything(count: number, seed: number): Generator<Steps> {
  yield* drawn(anySteps, { count, seed });
  for (const bytes of OVERSIZE) yield [...VOLUNTEER, { after: CHALLENGED, bytes: batch(new Uint8Array(bytes)) }];
}

/** Never a fault of the coordinator; and what is refused has a code, but for upgrades, to which Engine.IO gives a sentence. */
function refuseFault(heard: string, [first]: Steps): void {
  const [, status] = /^HTTP\/1\.1 (101|[234]\d\d) /.exec(heard) ?? [];
  const [, code = ""] = /\r\n\r\n\{.*"code":"(\w+)"/s.exec(heard) ?? [];
  const upgrades = Buffer.from(first?.bytes ?? []).includes("/socket.io/");
  if (heard === "" || (status !== undefined && (status < "400" || upgrades || Object.hasOwn(ERRORS, code)))) return;
  throw new Error(`answered ${JSON.stringify(heard.slice(0, 300))}`);
}
