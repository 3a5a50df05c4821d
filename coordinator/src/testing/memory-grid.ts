/** The whole coordinator in memory, without sockets: what it commits is written down, and one volunteer works when it is told to. */
import { packMicros, packValues } from "@valence/shared/pack";
import type { Down } from "@valence/shared/protocol/down";
import type { Up } from "@valence/shared/protocol/up";
import type { Caller, VolunteerLink } from "../api.js";
import type { Coordinator } from "../coordinator.js";
import type { EventRow, Write } from "../core/writes.js";
import { openCoordinator } from "../open-coordinator.js";
import { memoryStore } from "../store/memory.js";
import { MemoryTables } from "../store/memory-tables.js";
import type { Store } from "../store/store.js";
import { ATOM_ID } from "./fake-api.js";
import { memoryLog } from "./http-grid.js";

/** Owner and operator. */
export const ADA: Caller = { owner: "0123456789abcdef", admin: true };

type Lease = { readonly lease: number; next: number; readonly to: number };

export class MemoryGrid {
  coordinator!: Coordinator;
  store!: Store;
  /** Every event that was ever committed, in order. */
  readonly told: EventRow[] = [];
  /** Lines of the log, as JSON. */
  readonly logged: Record<string, unknown>[] = [];
  readonly #tables: MemoryTables;
  #link!: VolunteerLink;
  #leases: Lease[] = [];

  private constructor(eventsKeptMax: number) {
    this.#tables = new MemoryTables({ eventsKeptMax });
  }

  static async open({ eventsKeptMax }: { eventsKeptMax: number }): Promise<MemoryGrid> {
    const grid = new MemoryGrid(eventsKeptMax);
    await grid.#start();
    const atom = { id: ATOM_ID, name: "pi", owner: "ada", createdAt: 0, schema: null, source: new Uint8Array() };
    await grid.store.commit([{ type: "atom", atom }]);
    return grid;
  }

  /** Stops, and goes on with what was committed; the volunteer comes back with empty hands. */
  async restart(): Promise<void> {
    await this.coordinator.close();
    await this.#start();
  }

  /** A job of Ada's; its id. */
  async submit(body: object): Promise<string> {
    const { job } = await this.coordinator.submit({ atom: ATOM_ID, ...body }, ADA, null);
    return job.id;
  }

  /** The volunteer finishes as many electrons, each with this result, or fewer when it is given no more. */
  async work(electrons: number, result: unknown): Promise<void> {
    for (let left = electrons; left > 0; ) {
      if (this.#leases.length === 0) await this.rest();
      const [head] = this.#leases;
      if (!head) return;
      const count = Math.min(left, head.to - head.next);
      left -= count;
      const values = Array.from({ length: count }, () => result);
      const part = { count, micros: packMicros(values.map(() => 1)), values: packValues(values) };
      this.#report(head, { parts: [part], failure: null }, count);
    }
    await this.rest();
  }

  /** The electron that the volunteer is at fails for good. */
  fail(): void {
    const [head] = this.#leases;
    if (!head) return;
    const failure = { code: "error", message: "boom", stack: null, retryable: false, retryAfterMs: null } as const;
    this.#leases.shift(); // A failure ends its lease.
    this.#report(head, { parts: [], failure }, 0);
  }

  /** Lets everything that is under way come to rest. */
  async rest(): Promise<void> {
    for (let turns = 0; turns < 5; turns++) await new Promise(setImmediate);
  }

  close(): Promise<void> {
    return this.coordinator.close();
  }

  async #start(): Promise<void> {
    const { told } = this;
    const log = memoryLog(this.logged);
    const applied = memoryStore({ tables: this.#tables });
    // Written down before the commit is known to hold, as an event may be shown as soon as it does.
    const commit = (writes: readonly Write[]) => {
      const events = writes.flatMap((write) => (write.type === "event" ? [write.event] : []));
      return applied.commit(writes).then(() => void told.push(...events));
    };
    this.store = new Proxy(applied, {
      get: (target, name) => (name === "commit" ? commit : Reflect.get(target, name).bind(target)),
    });
    this.coordinator = await openCoordinator({ store: this.store, log });
    this.#leases = [];
    const hello = { session: "s1", identity: "vera", slots: 1, agent: "", owner: null };
    this.#link = this.coordinator.join(hello, {
      send: (batch) => this.#hear(batch),
      sent: async () => {},
      close: () => {},
    });
    this.#link.receive({ type: "holding", leases: [] });
  }

  #hear(batch: readonly Down[]): void {
    for (const message of batch) {
      if (message.type === "grant") this.#leases.push({ lease: message.lease, next: message.from, to: message.to });
      if (message.type !== "revoke") continue;
      const revoked = this.#leases.find(({ lease }) => lease === message.lease);
      this.#leases = this.#leases.filter((each) => each !== revoked);
      if (revoked && !message.kill) this.#link.receive({ type: "return", lease: revoked.lease });
    }
  }

  #report(head: Lease, outcome: Pick<Extract<Up, { type: "report" }>, "parts" | "failure">, count: number): void {
    const { lease, next: first } = head;
    head.next += count;
    if (head.next === head.to) this.#leases.shift();
    this.#link.receive({ type: "report", lease, first, ...outcome });
  }
}
