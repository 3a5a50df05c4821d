/** `npm run mutants`: puts each mutant into a copy of the compiled code, and says what finds it; ends with 1 when one lives. */
import { Copy } from "./copy.js";
import { findingOf, WORLDS } from "./judges.js";
import { type Judge, MUTANTS, type Mutant } from "./mutants.js";

/** What the judge finds in a copy with this mutant, or null; with no mutant there must be nothing to find. */
async function judged(mutant: Mutant | null, judge: Judge): Promise<string | null> {
  const copy = await Copy.of(mutant);
  try {
    return await findingOf(copy, judge);
  } finally {
    await copy.remove();
  }
}

for (const judge of new Set(MUTANTS.map((mutant) => mutant.judge))) {
  const fault = await judged(null, judge);
  if (fault) throw new Error(`without any mutant ${judge} finds: ${fault}`);
  console.log(`no mutant     ${judge} finds nothing${judge === "simulation" ? ` in ${WORLDS} worlds` : ""}`);
}
let caught = 0;
for (const mutant of MUTANTS) {
  const began = performance.now();
  const finding = await judged(mutant, mutant.judge);
  if (finding) caught += 1;
  const seconds = ((performance.now() - began) / 1_000).toFixed(1);
  console.log(`${finding ? "caught" : "LIVES "} ${seconds.padStart(6)} s  ${mutant.file}: ${mutant.breaks}`);
  console.log(`                 ${finding ?? `${mutant.judge} finds nothing`}`);
}
console.log(`mutants ${caught} of ${MUTANTS.length}`);
process.exitCode = caught === MUTANTS.length ? 0 : 1;
