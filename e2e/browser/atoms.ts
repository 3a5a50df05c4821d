/** Atoms for browser tests, as their authors would publish them. */
import type { Grid } from "@valence/client-node/sdk/grid";

/** 100 ms an item on any machine, and no work; the sum of its results is the number of items. */
const PATIENT = `export default { name: "patient", async process({ from, to }) {
  await new Promise((resolve) => setTimeout(resolve, 100 * (to - from)));
  return to - from;
} };`;

const BRITTLE = `export default { name: "brittle", process(n) {
  if (n % 4 === 0) throw new RangeError("row " + n + " <b>has</b> no end");
  if (n % 5 === 0) throw new Error("no convergence");
  return n;
} };`;

/** Whatever a page would like to run. */
export const MARKUP = '<img src="x" onerror="alert(1)"><b>bold</b>';
const HOSTILE = `export default { name: "hostile", process() { return ${JSON.stringify(MARKUP)}; } };`;

/** Fails of and returns what shows its end first. */
const REVERSING = `export default { name: "reversing", process(n) {
  if (n === 1) throw new Error("ends \u202etxt.exe");
  return { "key \u202e1": "value \u202e2" };
} }; // \u202eends as it begins`;

const SOURCES = { patient: PATIENT, brittle: BRITTLE, hostile: HOSTILE, reversing: REVERSING } as const;

/** Publishes it, for its id. */
export async function publish(grid: Grid, name: keyof typeof SOURCES): Promise<string> {
  return (await grid.publish(new TextEncoder().encode(SOURCES[name]))).id;
}
