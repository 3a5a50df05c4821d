/**
 * The links of a simulated world: batches go in order and late, now and then twice, and a careless client leaves a report out or says an old one
 * again. Who is linked, and until when, is the world's doing.
 */
import type { Down } from "@valence/shared/protocol/down";
import type { Up } from "@valence/shared/protocol/up";
import type { Agenda } from "./agenda.js";
import { auditHolding, auditReport } from "./audit.js";
import type { Chance } from "./chance.js";
import type { SimulatedClient } from "./client.js";
import type { SimulatedCoordinator } from "./coordinator.js";

/** A client and its link, which carries batches in order; a raised epoch loses whatever is under way. */
export type Peer = {
  readonly session: string;
  readonly identity: string;
  readonly slots: number;
  /** Not every report reaches the coordinator in its turn, though the link is well. */
  readonly careless: boolean;
  client: SimulatedClient;
  epoch: number;
  linked: boolean;
  asleepUntil: number;
  alive: boolean;
  leaving: boolean;
  lastUp: number;
  lastDown: number;
  /** Batches on their way, there or back. */
  underWay: number;
  /** Reports of a careless one, to be said again. */
  readonly said: Up[];
};

export type NetworkPort = {
  readonly agenda: Agenda;
  readonly chance: Chance;
  /** Whether the faults have stopped. */
  calm(): boolean;
  coordinator(): SimulatedCoordinator;
  /** Does that when the client is awake, unless it dies before. */
  awake(peer: Peer, then: () => void): void;
};

export class Network {
  readonly #port: NetworkPort;

  constructor(port: NetworkPort) {
    this.#port = port;
  }

  up(peer: Peer, spoken: readonly Up[]): void {
    if (!peer.linked) return;
    const { agenda, chance, calm } = this.#port;
    const batch = peer.careless && !calm() ? garbled(peer, spoken, chance) : spoken;
    const { epoch } = peer;
    const times = !calm() && chance.hit(0.05) ? 2 : 1;
    peer.lastUp = Math.max(peer.lastUp, agenda.now + this.#latency());
    for (let i = 0; i < times; i++) {
      peer.underWay += 1;
      agenda.after(peer.lastUp - agenda.now, () => {
        peer.underWay -= 1;
        if (peer.epoch !== epoch) return;
        for (const message of batch) this.#receive(peer, message);
      });
    }
  }

  /** Only the handshake that begins a link cannot come twice. */
  down(peer: Peer | undefined, batch: readonly Down[]): void {
    if (!peer?.linked) return;
    const { agenda, chance, calm, awake } = this.#port;
    const { epoch, client } = peer;
    const again = !calm() && chance.hit(0.03) ? batch.filter(({ type }) => type !== "welcome") : [];
    peer.lastDown = Math.max(peer.lastDown, agenda.now + this.#latency());
    peer.underWay += 1;
    agenda.after(peer.lastDown - agenda.now, () =>
      awake(peer, () => {
        peer.underWay -= 1;
        if (peer.epoch !== epoch) return;
        for (const message of [...batch, ...again]) {
          if (message.type === "welcome") client.step({ type: "connected" });
          else client.step({ type: "message", message });
        }
      }),
    );
  }

  #receive({ session, careless }: Peer, message: Up): void {
    this.#port.coordinator().do((grid, now) => {
      const receive = () => grid.receive(session, message, now);
      if (message.type === "holding") return auditHolding(grid, message, { session, receive });
      return message.type === "report" ? auditReport(grid, message, { session, careless, receive }) : receive();
    });
  }

  #latency(): number {
    const { chance } = this.#port;
    return chance.hit(0.9) ? chance.between(1, 60) : chance.between(60, 1_500);
  }
}

/** A report is left out, or an old one is said again. */
function garbled({ said }: Peer, batch: readonly Up[], chance: Chance): readonly Up[] {
  const reports = batch.filter(({ type }) => type === "report");
  const old = said[chance.int(0, Math.max(0, said.length - 1))];
  said.push(...reports);
  const dice = chance.random();
  if (dice < 0.1) return batch.filter((message) => message !== reports[0]);
  return dice < 0.3 && old ? [...batch, old] : batch;
}
