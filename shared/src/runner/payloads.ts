/** The payloads of a run: computed from the shape, or decoded once from what came with the grant. */
import { PAYLOAD_BYTES_MAX } from "../limits.js";
import { unpackValues } from "../pack.js";
import { payloadOf } from "../shape.js";
import type { Grant, JobOrder } from "../volunteer/held-lease.js";
import { freeze } from "./constant.js";

/** Keeps what came with one grant, the last one asked for, and freezes what many electrons share. */
export class Payloads {
  #lease: number | null = null;
  #list: ArrayLike<unknown> = [];
  #frozen: JobOrder["shape"] | null = null;

  /** @throws ValueError or RangeError when the grant has no such payload, which is the coordinator's fault */
  of(job: JobOrder, grant: Grant, electron: number): unknown {
    const { shape } = job;
    if (shape.kind === "range") return payloadOf(shape, electron);
    if (shape.kind === "list") return this.#listOf(grant)[electron - grant.from];
    if (this.#frozen !== shape) freeze(shape); // values of an axis are shared by many cells
    this.#frozen = shape;
    return payloadOf(shape, electron);
  }

  #listOf(grant: Grant): ArrayLike<unknown> {
    if (this.#lease === grant.lease) return this.#list;
    if (!grant.payloads) throw new RangeError("the grant came without its payloads");
    this.#list = unpackValues(grant.payloads, grant.to - grant.from, PAYLOAD_BYTES_MAX);
    this.#lease = grant.lease;
    return this.#list;
  }
}
