/** How soon a slot works again after an electron that never ends: from the electron's deadline to the next one's first line. */
import { createInterface } from "node:readline";
import { GATED_ATOM, Gate } from "../gate.js";
import { type Running, Stage, until } from "../processes.js";
import type { Figure } from "./figure.js";

const TIMEOUT_MS = 300;

export async function deadline(samples: number): Promise<Figure> {
  const [stage, gate] = [await Stage.open(), await Gate.open()];
  try {
    const { grid, url } = await stage.serve();
    gate.letAllHang();
    const beganAt = beginnings(stage.work({ url }, { name: "client" }));
    const atom = await grid.publish(GATED_ATOM);
    const input = { range: { from: 0, to: samples + 1, chunk: 1 } };
    const policy = { timeoutMs: TIMEOUT_MS, attemptsMax: 1, onFailure: { tolerate: 1 } };
    await grid.submit({ atom: atom.id, input, params: gate.params, policy });
    await until("all of them", () => gate.arrivals.length > samples, samples * 1_000 + 30_000);
    const samplesMs = gate.arrivals.slice(1).map(({ electron, at }) => {
      const began = beganAt.get(electron - 1);
      if (began === undefined) throw new Error(`electron ${electron - 1} was not begun before ${electron}`);
      return at - began - TIMEOUT_MS;
    });
    return { what: "deadline → worker killed, slot at work again", targetMs: 500, samplesMs };
  } finally {
    await gate.close();
    await stage.close();
  }
}

/** When the client gave each electron to a worker; grows. Nothing is known of its speed, so each has a lease of its own. */
function beginnings({ process: { stdout } }: Running): ReadonlyMap<number, number> {
  const beganAt = new Map<number, number>();
  if (!stdout) throw new Error("no standard output");
  createInterface({ input: stdout }).on("line", (line) => {
    const { type, from } = JSON.parse(line) as { type: string; from: number };
    if (type === "lease") beganAt.set(from, performance.now());
  });
  return beganAt;
}
