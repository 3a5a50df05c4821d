/** Atoms on a grid, with what their types say: what they take and what they give. */
import type { Atom } from "@valence/shared/atom";

/** What nobody has at run time: it carries types from `publish` to `submit`. */
declare const types: unique symbol;

/**
 * A published atom. `Payload` is what `process` takes and `Result` what it returns, as its author declared them; the coordinator
 * checks payloads against the atom's schema alone.
 */
export type PublishedAtom<Payload = unknown, Result = unknown> = {
  /** `name@sha256-<hex>`: this version and no other. */
  readonly id: string;
  readonly name: string;
  /** False when the same bytes had been published before. */
  readonly created: boolean;
  readonly [types]?: (payload: Payload) => Result;
};

/** What an atom takes: `PayloadOf<typeof atom>`. */
export type PayloadOf<A> = A extends Atom<infer Payload, infer _> ? Payload : unknown;

/** What an atom gives: `ResultOf<typeof atom>`. */
export type ResultOf<A> = A extends Atom<infer _, infer Result> ? Result : unknown;
