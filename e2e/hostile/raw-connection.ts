/** One connection that says whatever bytes it is told to: TCP, and the little of WebSocket that it takes to say the wrong thing. */
import { randomBytes } from "node:crypto";
import { connect, type Socket } from "node:net";

/** On Linux every loopback address is this machine, so that what is counted by address is not counted together. */
export function loopbackOf(n: number): { localAddress?: string } {
  return process.platform === "linux" ? { localAddress: `127.0.1.${1 + (n % 200)}` } : {};
}

/** Bytes to say, once what was heard has come so far. */
export type Step = { readonly after: string; readonly bytes: Uint8Array };

/** What came back, once the other side has closed, which it may do before all is said. @throws Error when it does not */
export async function exchange(port: number, n: number, steps: readonly Step[]): Promise<string> {
  const socket = connect({ port, host: "127.0.0.1", ...loopbackOf(n), noDelay: true });
  const left = [...steps];
  let heard = "";
  const goOn = () => {
    for (let step = left[0]; step && heard.includes(step.after); step = left[0]) {
      socket.write(step.bytes);
      left.shift();
      if (left.length === 0) socket.end();
    }
  };
  socket.setEncoding("latin1").on("data", (text: string) => {
    if (heard.length < 4_096) heard += text;
    goOn();
  });
  goOn();
  await closed(socket);
  return heard;
}

/** So long nothing may happen: whoever does not close hangs. */
const HANGS_MS = 60_000;

function closed(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.setTimeout(HANGS_MS, () => {
      reject(new Error("the coordinator does not close a connection that its client has ended"));
      socket.destroy();
    });
    socket.on("error", () => {}); // cut in the middle of what it still had to say
    socket.on("close", () => resolve());
  });
}

/** Lines of a request, each with its end, and the empty one. */
export function head(lines: readonly string[]): Buffer {
  return Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1");
}

export const UPGRADE = [
  "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1",
  "Host: 127.0.0.1",
  "Connection: Upgrade",
  "Upgrade: websocket",
  "Sec-WebSocket-Version: 13",
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
];

export const OP = { text: 1, binary: 2, close: 8, ping: 9 } as const;

type Frame = {
  readonly op: number;
  readonly body: Uint8Array;
  readonly masked?: boolean;
  readonly final?: boolean;
  /** Other than its own. */
  readonly length?: bigint;
};

/** A frame of RFC 6455, section 5.2. */
export function frame({ op, body, masked = true, final = true, length = BigInt(body.length) }: Frame): Buffer {
  const bytes = Buffer.alloc(14);
  bytes[0] = (final ? 0x80 : 0) | op;
  let used = 2;
  if (length < 126n) bytes[1] = Number(length);
  else if (length < 65_536n) {
    bytes[1] = 126;
    used = bytes.writeUInt16BE(Number(length), 2);
  } else {
    bytes[1] = 127;
    used = bytes.writeBigUInt64BE(length, 2);
  }
  if (!masked) return Buffer.concat([bytes.subarray(0, used), body]);
  bytes[1] = (bytes[1] ?? 0) | 0x80;
  const mask = randomBytes(4);
  const hidden = Buffer.from(body);
  for (let i = 0; i < hidden.length; i++) hidden[i] = (hidden[i] ?? 0) ^ (mask[i % 4] ?? 0);
  return Buffer.concat([bytes.subarray(0, used), mask, hidden]);
}

export function text(words: string): Buffer {
  return frame({ op: OP.text, body: Buffer.from(words) });
}

/** The event `batch` of `/volunteer` as Socket.IO sends it: a placeholder, and what it stands for. */
export function batch(bytes: Uint8Array): Buffer {
  return Buffer.concat([
    text('451-/volunteer,["batch",{"_placeholder":true,"num":0}]'),
    frame({ op: OP.binary, body: bytes }),
  ]);
}

/** Up to a WebSocket. */
export const OPENED: Step = { after: "", bytes: head(UPGRADE) };

/** Up to a namespace of Socket.IO. */
export function connected(packet: string): readonly Step[] {
  return [OPENED, { after: '0{"sid"', bytes: text(packet) }];
}

/** Up to the challenge of a volunteer's link. */
export const CHALLENGED = '451-/volunteer,["batch"';
