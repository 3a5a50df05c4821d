/** Atoms for browser tests, as their authors would publish them. */
import type { Grid } from "@valence/client-node/sdk/grid";

/** Some 50 ms an item on any machine of today; the sum of its results is the number of items. */
const PATIENT = `export default { name: "patient", process({ from, to }, { random }) {
  let rest = 0;
  for (let i = 0; i < 4e6 * (to - from); i++) rest += random();
  return rest > 0 ? to - from : 0;
} };`;

const BRITTLE = `export default { name: "brittle", process(n) {
  if (n % 4 === 0) throw new RangeError("row " + n + " <b>has</b> no end");
  if (n % 5 === 0) throw new Error("no convergence");
  return n;
} };`;

/** Whatever a page would like to run. */
export const MARKUP = '<img src="x" onerror="alert(1)"><b>bold</b>';
const HOSTILE = `export default { name: "hostile", process() { return ${JSON.stringify(MARKUP)}; } };`;

const SOURCES = { patient: PATIENT, brittle: BRITTLE, hostile: HOSTILE } as const;

/** Publishes it, for its id. */
export async function publish(grid: Grid, name: keyof typeof SOURCES): Promise<string> {
  return (await grid.publish(new TextEncoder().encode(SOURCES[name]))).id;
}
