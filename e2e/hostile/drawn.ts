/** Draws from an arbitrary by a seed, a few at a time: all at once would hold up for seconds whatever else this process does. */
import fc from "fast-check";

const AT_ONCE = 20;

export function* drawn<T>(arbitrary: fc.Arbitrary<T>, { count, seed }: { count: number; seed: number }): Generator<T> {
  for (let left = count, batch = 0; left > 0; left -= AT_ONCE, batch++)
    yield* fc.sample(arbitrary, { numRuns: Math.min(AT_ONCE, left), seed: seed + batch });
}

/** For several who take from one generator: none of them ends it for the others. */
export function* shared<T>(all: Generator<T>): Generator<T> {
  for (let next = all.next(); !next.done; next = all.next()) yield next.value;
}
