/**
 * The script of the frame: makes and ends workers as its host says, and nothing else. No atom ever runs in this document, which
 * could leave by navigating or by WebRTC; what its workers say to it is not heard.
 */
import type { FromFrame, ToFrame } from "./frame-messages.js";

/** The script of the workers, put in by the build. */
declare const __ATOM_WORKER__: string;

const script = URL.createObjectURL(new Blob([__ATOM_WORKER__], { type: "text/javascript" }));
const workers = new Map<number, Worker>();
let host: MessagePort | null = null;

addEventListener("message", ({ source, ports: [port] }) => {
  if (source !== parent || host !== null || !port) return;
  host = port;
  port.onmessage = ({ data, ports }) => obey(data as ToFrame, ports);
});

function obey(message: ToFrame, ports: readonly MessagePort[]): void {
  if (message.type === "open") open(message.worker, ports);
  else if (message.type === "close") close(message.worker);
  else say({ type: "beat" });
}

/** Classic, for Chromium starts no module worker from a blob of an opaque origin. */
function open(id: number, ports: readonly MessagePort[]): void {
  const worker = new Worker(script);
  workers.set(id, worker);
  worker.postMessage(null, [...ports]);
}

function close(id: number): void {
  workers.get(id)?.terminate();
  workers.delete(id);
  say({ type: "closed", worker: id });
}

function say(message: FromFrame): void {
  host?.postMessage(message);
}
