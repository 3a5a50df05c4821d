/** A gate at which electrons wait, so that a test decides in which order things happen. */
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/**
 * An atom that takes each electron to the gate of its `params`, with the process that it is in, and gives it back when it may pass. It
 * reaches the gate as only an atom can that means to get out: in a client without a sandbox.
 */
export const GATED_ATOM = `const load = new Function("name", "return import(name)");
export default {
  name: "gated",
  async process({ from }, { params, fail }) {
    const [{ get }, { pid }] = await Promise.all([load("node:http"), load("node:process")]);
    const response = await new Promise((resolve, reject) => get(\`\${params.gate}/\${pid}/\${from}\`, resolve).on("error", reject));
    response.resume();
    if (response.statusCode === 409) for (;;);
    return response.statusCode === 200 ? from : fail("stood aside", { retryAfterMs: 0 });
  },
};`;

const STATUS = { pass: 200, aside: 403, hang: 409 } as const;

type Client = { readonly process: ChildProcess };
/** `at` is monotonic, in milliseconds. */
type Arrival = { readonly pid: number; readonly electron: number; readonly at: number };

export class Gate {
  readonly #server: Server;
  readonly #waiting = new Map<ServerResponse, Arrival>();
  readonly #arrivals: Arrival[] = [];
  readonly #passed: Arrival[] = [];
  /** What becomes of those who come. */
  #fate: keyof typeof STATUS | "wait" = "wait";

  private constructor() {
    this.#server = createServer(({ url = "" }, response) => {
      const [pid, electron] = url.split("/").slice(1).map(Number);
      this.#arrive({ pid: pid ?? Number.NaN, electron: electron ?? Number.NaN, at: performance.now() }, response);
    });
  }

  static async open(): Promise<Gate> {
    const gate = new Gate();
    gate.#server.listen(0, "127.0.0.1");
    await once(gate.#server, "listening");
    return gate;
  }

  /** Of jobs whose electrons come here. */
  get params(): { gate: string } {
    return { gate: `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}` };
  }

  /** How many electrons wait. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** The electron with which the client waits, or null. */
  at({ process: { pid } }: Client): number | null {
    return [...this.#waiting.values()].find((arrival) => arrival.pid === pid)?.electron ?? null;
  }

  /** Of all that came, in their order. */
  get arrivals(): readonly Arrival[] {
    return this.#arrivals;
  }

  /** Electrons that the client was let through with. */
  passed({ process: { pid } }: Client): number[] {
    return this.#passed.filter((arrival) => arrival.pid === pid).map(({ electron }) => electron);
  }

  /** The electron with which the client waits fails, and may be tried again at once. */
  standAside({ process: { pid } }: Client): void {
    for (const [response, arrival] of this.#waiting) if (arrival.pid === pid) this.#answer(response, "aside");
  }

  /** Whoever waits, and whoever comes. */
  letAllPass(): void {
    this.#fate = "pass";
    for (const response of this.#waiting.keys()) this.#answer(response, "pass");
  }

  /** Whoever comes computes for ever. */
  letAllHang(): void {
    this.#fate = "hang";
  }

  async close(): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  #arrive(arrival: Arrival, response: ServerResponse): void {
    this.#arrivals.push(arrival);
    this.#waiting.set(response, arrival);
    response.on("close", () => this.#waiting.delete(response)); // its client was killed
    if (this.#fate !== "wait") this.#answer(response, this.#fate);
  }

  #answer(response: ServerResponse, fate: keyof typeof STATUS): void {
    const arrival = this.#waiting.get(response);
    this.#waiting.delete(response);
    if (arrival && fate === "pass") this.#passed.push(arrival);
    response.writeHead(STATUS[fate]).end();
  }
}
