/** How soon somebody else has the work of a volunteer that leaves: with a word, without one, and when its cable is cut. */
import { Chance } from "@valence/coordinator/simulation/chance";
import { BadNetwork } from "../chaos/bad-network.js";
import { GATED_ATOM, Gate } from "../gate.js";
import { type Running, type Serving, Stage, until } from "../processes.js";
import type { Figure } from "./figure.js";
import { Hand } from "./hand.js";

/** Two volunteers hand one electron to each other: the one that holds it says goodbye, and comes again. */
export async function goodbye(samples: number): Promise<Figure> {
  const stage = await Stage.open();
  const hands: Hand[] = [];
  const come = (url: string) => {
    const hand = new Hand(url);
    hands.push(hand);
    return hand;
  };
  try {
    const { grid, url } = await stage.serve();
    const atom = await grid.publish(GATED_ATOM);
    await grid.submit({ atom: atom.id, input: { list: [0] } });
    let holder = come(url);
    await holder.granted;
    const samplesMs: number[] = [];
    while (samplesMs.length < samples) {
      const heir = come(url);
      await heir.connected;
      await until("the heir", async () => (await grid.stats()).slots === 2);
      const saidAt = performance.now();
      holder.say({ type: "goodbye" });
      samplesMs.push((await heir.granted).at - saidAt);
      holder.close();
      holder = heir;
      await until("the other to be gone", async () => (await grid.volunteers()).length === 1);
    }
    return { what: "goodbye → reassigned", targetMs: 100, samplesMs };
  } finally {
    for (const hand of hands) hand.close();
    await stage.close();
  }
}

/** Processes are killed, and the system closes their sockets. */
export function closedSocket(samples: number): Promise<Figure> {
  return lost(samples, { what: "closed socket → reassigned", targetMs: 6_000 }, (victim) => {
    victim.process.kill("SIGKILL");
  });
}

/** Lines stay up and carry nothing more, nor do new ones. */
export function cutCable(samples: number): Promise<Figure> {
  return lost(samples, { what: "cut cable → reassigned", targetMs: 16_000 }, (_, network) => {
    network.unplug();
  });
}

type Strike = (victim: Running, network: BadNetwork) => void;

/** Each victim is at an electron of its own when it is struck, and there are as many heirs, who have nothing. */
async function lost(samples: number, about: Omit<Figure, "samplesMs">, strike: Strike): Promise<Figure> {
  const [stage, gate] = [await Stage.open(), await Gate.open()];
  const networks: BadNetwork[] = [];
  const heirs: Hand[] = [];
  try {
    const serving = await stage.serve();
    const victims: { readonly victim: Running; readonly network: BadNetwork }[] = [];
    for (let i = 0; i < samples; i++) {
      const network = await BadNetwork.open(serving.port, new Chance(1, 1));
      networks.push(network);
      victims.push({ network, victim: stage.work(network, { name: `victim-${i}` }) });
    }
    await atWork(serving, gate, samples);
    for (const _ of victims) heirs.push(new Hand(serving.url));
    await until("the heirs", async () => (await serving.grid.stats()).slots === 2 * samples);
    const struckAt = new Map<number | null, number>();
    for (const { victim, network } of victims) {
      struckAt.set(gate.at(victim), performance.now());
      strike(victim, network);
    }
    const granted = await Promise.all(heirs.map((heir) => heir.granted));
    const samplesMs = granted.map(({ grant, at }) => at - (struckAt.get(grant.from) ?? Number.NaN));
    return { ...about, samplesMs };
  } finally {
    for (const heir of heirs) heir.close();
    await Promise.all(networks.map((network) => network.close()));
    await gate.close();
    await stage.close();
  }
}

/** A client that nobody knows gets one electron, and each of these stays at the gate with it. */
async function atWork({ grid }: Serving, gate: Gate, electrons: number): Promise<void> {
  const atom = await grid.publish(GATED_ATOM);
  const input = { range: { from: 0, to: electrons, chunk: 1 } };
  await grid.submit({ atom: atom.id, input, params: gate.params });
  await until("everyone at work", () => gate.waiting === electrons);
}
