/** One direction of a line: pieces set out one after the other, at a rate, and arrive in their order, each after a delay. */
import type { Socket } from "node:net";

export type Weather = {
  /** How long a piece is under way, in milliseconds: drawn anew for each, between these; several are under way at a time. */
  readonly delayMs: readonly [number, number];
  /** In each direction of a line. */
  readonly bytesPerSecond: number;
};

/** How long a piece takes to set out, behind those before it, and then to arrive. */
type UnderWay = (bytes: number) => { sendMs: number; delayMs: number };

/** Whoever has so much under way is held back, as the buffers of a network would. */
const UNDER_WAY_BYTES_MAX = 64 * 1024;

export class OneWay {
  readonly #from: Socket;
  readonly #to: Socket;
  readonly #underWay: UnderWay;
  /** Pieces by their arrival, and at last the sender's end, null. */
  readonly #pieces: { at: number; piece: Buffer | null }[] = [];
  #bytes = 0;
  /** When the newest piece has set out, and when it arrives. */
  #sentAt = 0;
  #arrivesAt = 0;
  #timer: NodeJS.Timeout | null = null;
  #deaf = false;

  constructor(from: Socket, to: Socket, underWay: UnderWay) {
    this.#from = from;
    this.#to = to;
    this.#underWay = underWay;
    from.on("data", (piece) => this.#set(piece));
    from.on("end", () => this.#set(null));
    from.on("close", (broken) => {
      if (broken && !this.#deaf) to.resetAndDestroy();
    });
  }

  /** What is under way is lost, and so is what comes; neither end is told. */
  deafen(): void {
    this.#deaf = true;
    this.#pieces.length = 0;
    if (this.#timer) clearTimeout(this.#timer);
    this.#from.resume();
  }

  #set(piece: Buffer | null): void {
    if (this.#deaf) return;
    const bytes = piece?.length ?? 0;
    const { sendMs, delayMs } = this.#underWay(bytes);
    this.#sentAt = Math.max(performance.now(), this.#sentAt) + sendMs;
    this.#arrivesAt = Math.max(this.#arrivesAt, this.#sentAt + delayMs);
    this.#bytes += bytes;
    if (this.#bytes > UNDER_WAY_BYTES_MAX) this.#from.pause();
    this.#pieces.push({ at: this.#arrivesAt, piece });
    if (this.#pieces.length === 1) this.#deliver();
  }

  #deliver(): void {
    for (let next = this.#pieces[0]; next; next = this.#pieces[0]) {
      const waitMs = Math.ceil(next.at - performance.now());
      if (waitMs > 0) {
        this.#timer = setTimeout(() => this.#deliver(), waitMs);
        return;
      }
      this.#pieces.shift();
      this.#arrive(next.piece);
    }
  }

  /** It is under way until the receiver's system has taken it. */
  #arrive(piece: Buffer | null): void {
    if (piece === null) this.#to.end();
    else
      this.#to.write(piece, () => {
        this.#bytes -= piece.length;
        if (this.#bytes <= UNDER_WAY_BYTES_MAX) this.#from.resume();
      });
  }
}
