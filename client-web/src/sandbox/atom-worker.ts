/**
 * Runs inside a worker of the frame: exposes the runner through Comlink on one port and says its outcomes on another. What an atom
 * can reach, the frame's policy decides; taken away here is only what no policy covers.
 */
import { type AtomCommands, atomCommands } from "@valence/shared/runner/atom-commands";
import { cutUtf8 } from "@valence/shared/runner/cut";
import type { RunnerPort } from "@valence/shared/runner/runner";
import type { Said } from "@valence/shared/runner/said";
import { expose } from "comlink";

/** More threads than were consented to, a word with other workers of the frame, and the graphics card. */
const NOT_FOR_ATOMS = ["Worker", "SharedWorker", "BroadcastChannel", "OffscreenCanvas"];
const MESSAGE_BYTES_MAX = 512;

const clock = performance.now.bind(performance);

for (const name of NOT_FOR_ATOMS) Reflect.deleteProperty(globalThis, name);
Reflect.deleteProperty(Object.getPrototypeOf(navigator), "gpu");
addEventListener("message", ({ ports: [commands, outcomes] }) => {
  if (commands && outcomes) begin(commands, outcomes);
});

function begin(commands: MessagePort, outcomes: MessagePort): void {
  const turn = new MessageChannel();
  const turned: (() => void)[] = [];
  turn.port1.onmessage = () => turned.shift()?.();
  const nextTurn = () =>
    new Promise<void>((resolve) => {
      turned.push(resolve);
      turn.port2.postMessage(null);
    });
  const port: RunnerPort = {
    now: clock,
    post: (said) => post(outcomes, said),
    // Twice, so that a command that came just behind the first message is heard.
    breathe: () => nextTurn().then(nextTurn),
  };
  const die = (event: Event, message: string) => {
    event.preventDefault(); // it has been heard: no line in the page's console
    port.post({ type: "died", message: cutUtf8(message, MESSAGE_BYTES_MAX) });
  };
  addEventListener("error", (event) => die(event, event.message));
  addEventListener("unhandledrejection", (event) => die(event, wordsOf(event.reason)));
  expose(atomCommands({ port, importModule }) satisfies AtomCommands, commands);
}

function post(outcomes: MessagePort, said: Said): void {
  // Columns are packed for the host alone, so they move instead of being copied.
  const moved = said.type === "part" ? [said.part.values.buffer, said.part.micros.buffer] : [];
  outcomes.postMessage(said, moved as ArrayBuffer[]);
}

async function importModule({ name, source }: { name: string; source: Uint8Array }): Promise<unknown> {
  // The name in stack traces, instead of the URL of a blob.
  const module = new Blob([source as Uint8Array<ArrayBuffer>, `\n//# sourceURL=${name}`], { type: "text/javascript" });
  const url = URL.createObjectURL(module);
  try {
    return await import(/* @vite-ignore */ url);
  } finally {
    URL.revokeObjectURL(url);
  }
}

/** What was thrown may have been made to be unreadable. */
function wordsOf(reason: unknown): string {
  try {
    return String((reason as Error | null)?.message ?? reason);
  } catch {
    return "something unreadable was thrown";
  }
}
