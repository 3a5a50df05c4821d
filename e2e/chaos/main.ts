/** `npm run chaos [--seed n] [--electrons n]`: a million electrons under 20 kills of the coordinator and 100 of clients. */
import { parseArgs } from "node:util";
import { Chance } from "@valence/coordinator/simulation/chance";
import { type ChaosOutcome, chaos } from "./chaos.js";
import { MISFORTUNES, planned } from "./plan.js";
import { isGood } from "./verdict.js";

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: String(Math.floor(Math.random() * 1e9)) },
    electrons: { type: "string", default: "1000000" },
  },
});

const misfortunes = {
  "kill coordinator": 20,
  "stop coordinator": 10,
  "kill client": 75,
  "kill tab": 25,
  "stop client": 30,
  cut: 20,
  "half-open": 15,
  weather: 40,
};

const interrupt = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => interrupt.abort(new Error(signal)));

const [seed, electrons] = [Number(values.seed), Number(values.electrons)];
console.log(`seed ${seed}: ${electrons} electrons`);
const outcome = await chaos({
  seed,
  electrons,
  everyMs: 16,
  nodeClients: 4,
  threads: 3,
  tabs: 2,
  stopMs: 20_000,
  plan: planned(misfortunes, new Chance(seed, 3)),
  say: (line) => console.log(`  ${line}`),
  signal: interrupt.signal,
});
print(outcome);
const complete = MISFORTUNES.every((name) => outcome.happened[name] === misfortunes[name]);
if (!complete) console.log("the job ended before all of it had happened");
const calm = outcome.faults.length === 0 && outcome.exitCode === 0;
process.exitCode = isGood(outcome) && complete && calm ? 0 : 1;

function print({ happened, faults, ...figures }: ChaosOutcome): void {
  for (const name of MISFORTUNES) console.log(`  ${name.padEnd(18)}${String(happened[name]).padStart(6)}`);
  console.log(
    `  lines cut ${figures.linesCut}, gone deaf ${figures.linesDeafened}, in ${figures.seconds.toFixed(0)} s`,
  );
  console.log(`  longest standstill ${(figures.standstillMs / 1_000).toFixed(1)} s`);
  console.log(`  aggregate ${figures.exact ? "equal to the serial one, bit for bit" : "NOT the serial one"}`);
  console.log(`  wrong results ${figures.wrong}, dead letters ${figures.deadLetters}`);
  for (const fault of faults) console.log(`  ${fault}`);
  if (figures.exitCode !== 0) console.log(`  the coordinator ended with ${figures.exitCode}`);
  console.log(`lost ${figures.lost}, double ${figures.double}, stuck ${figures.stuck}`);
}
