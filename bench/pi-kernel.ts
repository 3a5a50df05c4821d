/**
 * Monte Carlo π as text, so that an atom and a bare thread run the very same code: a generator of its own, seeded by where the piece begins,
 * and a count of the tosses that fall within the circle.
 */
export const PI_KERNEL = `
function hits({ from, to }) {
  let state = (from ^ 0x9e3779b9) | 1;
  let inside = 0;
  for (let n = from; n < to; n++) {
    state ^= state << 13; state ^= state >>> 17; state ^= state << 5;
    const x = (state >>> 0) / 4294967296;
    state ^= state << 13; state ^= state >>> 17; state ^= state << 5;
    const y = (state >>> 0) / 4294967296;
    if (x * x + y * y < 1) inside++;
  }
  return inside;
}`;

export const PI_ATOM = `${PI_KERNEL}\nexport default { name: "pi", process: hits };`;
