/** What the core holds before anything has happened. */
import { BLOCK_ELECTRONS_MAX } from "@valence/shared/limits";
import { Deadlines } from "./deadlines.js";
import { Journal } from "./journal.js";
import type { GridState, Waiter } from "./state.js";

/** `boot` counts the starts of the store; `random` gives numbers in [0, 1). */
export type FreshGrid = { readonly boot: number; readonly random: () => number; readonly blockElectrons?: number };

const NEVER = { deadline: Number.POSITIVE_INFINITY, queuedAt: Number.POSITIVE_INFINITY };
/** Lease ids of one start of the coordinator; a later start counts on from the next multiple. */
const LEASES_PER_BOOT = 2 ** 36;

export function freshState({ boot, random, blockElectrons = BLOCK_ELECTRONS_MAX }: FreshGrid): GridState {
  return {
    blockElectrons,
    jobs: new Map(),
    sessions: new Map(),
    leases: new Map(),
    deadlines: new Deadlines<Waiter>(),
    journal: new Journal(),
    idle: new Set(),
    thin: new Set(),
    parked: new Set(),
    random,
    effects: [],
    now: { mono: 0, wall: 0 },
    slots: 0,
    nextLease: boot * LEASES_PER_BOOT,
    stale: 0,
    standings: new Map(),
    alarm: { kind: "alarm", ...NEVER },
    tailFrom: 0,
    tailLeases: null,
    copies: { granted: 0, won: 0, lost: 0 },
    draining: false,
    drainEnd: { kind: "drain", ...NEVER },
  };
}
