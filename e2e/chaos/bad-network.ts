/**
 * A TCP proxy between clients and a coordinator, which does what networks do: it delays, throttles, cuts, and goes half-open,
 * when lines stay up and carry nothing. It knows bytes, and nothing of what they say.
 */
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import type { Chance } from "@valence/coordinator/simulation/chance";
import { OneWay, type Weather } from "./one-way.js";

export const FAIR: Weather = { delayMs: [0, 0], bytesPerSecond: Number.POSITIVE_INFINITY };

export class BadNetwork {
  weather = FAIR;
  /** The port on loopback that new lines lead to. */
  target: number;
  #halfOpen = false;
  readonly #chance: Chance;
  readonly #server: Server;
  readonly #lines = new Set<Line>();

  private constructor(target: number, chance: Chance) {
    this.target = target;
    this.#chance = chance;
    this.#server = createServer((socket) => this.#accept(socket));
  }

  /** Listens on a free port. All its dice are the caller's. */
  static async open(target: number, chance: Chance): Promise<BadNetwork> {
    const network = new BadNetwork(target, chance);
    network.#server.listen(0, "127.0.0.1");
    await once(network.#server, "listening");
    return network;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Each line breaks with that probability, at both ends at once; gives how many did. */
  cut(probability: number): number {
    return this.#strike(probability, (line) => line.cut());
  }

  /** As `cut`, but neither end is told: what comes from now on is swallowed, and lines stay like that for good. */
  deafen(probability: number): number {
    return this.#strike(probability, (line) => line.deafen());
  }

  /** Nothing gets through any more, on no line, and nobody is told. */
  unplug(): void {
    this.#halfOpen = true;
    this.deafen(1);
  }

  /** New lines are accepted for so long, and lead nowhere for good. */
  async swallow(ms: number): Promise<void> {
    this.#halfOpen = true;
    await delay(ms);
    this.#halfOpen = false;
  }

  async close(): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    for (const line of this.#lines) line.cut();
    await closed;
  }

  #strike(probability: number, blow: (line: Line) => void): number {
    const struck = [...this.#lines].filter(() => this.#chance.hit(probability));
    for (const line of struck) blow(line);
    return struck.length;
  }

  #accept(client: Socket): void {
    const server = this.#halfOpen ? null : connect(this.target, "127.0.0.1");
    const line = new Line(client, server, (bytes) => this.#underWay(bytes));
    this.#lines.add(line);
    line.closed.then(() => this.#lines.delete(line));
  }

  /** As the weather is when it sets out. */
  #underWay(bytes: number): { sendMs: number; delayMs: number } {
    const { delayMs, bytesPerSecond } = this.weather;
    const [least, most] = delayMs;
    return { sendMs: (bytes / bytesPerSecond) * 1_000, delayMs: most > 0 ? this.#chance.between(least, most) : 0 };
  }
}

/** Two sockets and a way in each direction. */
class Line {
  /** When both ends have closed. */
  readonly closed: Promise<unknown>;
  readonly #ends: readonly Socket[];
  readonly #ways: readonly OneWay[];

  constructor(client: Socket, server: Socket | null, underWay: (bytes: number) => { sendMs: number; delayMs: number }) {
    this.#ends = server ? [client, server] : [client];
    this.closed = Promise.all(this.#ends.map((end) => new Promise((resolve) => end.on("close", resolve))));
    for (const end of this.#ends) {
      end.setNoDelay(true);
      end.on("error", () => {}); // `close` follows
    }
    if (server) this.#ways = [new OneWay(client, server, underWay), new OneWay(server, client, underWay)];
    else this.#ways = [];
    if (!server) client.resume(); // what comes is swallowed
  }

  cut(): void {
    this.deafen();
    for (const end of this.#ends) end.resetAndDestroy();
  }

  deafen(): void {
    for (const way of this.#ways) way.deafen();
  }
}
