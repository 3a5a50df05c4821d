/** What the command line asks for. It says what is wrong with it in one sentence, and opens nothing. */
import { parseArgs } from "node:util";
import type { Scenario } from "./scenario.js";

const RUNS = 5;
/** The smallest size of a scenario that names none. */
const SIZE_MIN = 1;

export type Asked = {
  readonly scenarios: readonly Scenario[];
  readonly runs: number;
  readonly size: number | undefined;
};

/** A command line that nobody can follow: its message is for people. */
export class Misused extends Error {}

/** Null when help is asked for; throws `Misused`. */
export function asked(args: readonly string[], all: readonly Scenario[]): Asked | null {
  const options = {
    runs: { type: "string" },
    size: { type: "string" },
    help: { type: "boolean", short: "h" },
  } as const;
  const { values, positionals, tokens } = parseArgs({
    args: [...args],
    options,
    allowPositionals: true,
    strict: false, // What it would throw is longer than a sentence.
    tokens: true,
  });
  for (const token of tokens)
    if (token.kind === "option" && !(token.name in options))
      throw new Misused(`There is no option ${token.rawName}; --help tells which there are.`);
  if (values.help !== undefined) return null;
  const runs = values.runs === undefined ? RUNS : wholeNumber("--runs", values.runs);
  const size = values.size === undefined ? undefined : wholeNumber("--size", values.size);
  const scenarios = positionals.length === 0 ? all : positionals.map((name) => named(name, all));
  for (const { name, what, sizeMin = SIZE_MIN } of scenarios)
    if (size !== undefined && size < sizeMin)
      throw new Misused(`${name} takes --size ${sizeMin} or more (${what}), not ${size}.`);
  return { scenarios, runs, size };
}

/** The usage, then one row for each scenario: what its size counts, how much it is, and how little it may be. */
export function help(all: readonly Scenario[]): { readonly usage: string; readonly rows: readonly string[][] } {
  const usage = `npm run bench [scenario…] [-- --runs n --size n]

Measures all scenarios, or those that are named, each beside its yardstick: a warm-up, then --runs rounds (${RUNS} unless set).
With less than its usual size a scenario is measured, and not judged. Ends with 0, with 1 when a scenario breaks, and with 2
when the command cannot be followed.`;
  const numeral = (count: number) => count.toLocaleString("en");
  const row = ({ name, what, size, sizeMin = SIZE_MIN }: Scenario) => [name, numeral(size), numeral(sizeMin), what];
  return { usage, rows: [["scenario", "--size", "at least", "what it counts"], ...all.map(row)] };
}

function named(name: string, all: readonly Scenario[]): Scenario {
  const scenario = all.find((one) => one.name === name);
  if (scenario) return scenario;
  throw new Misused(
    `There is no scenario ${JSON.stringify(name)}; there are: ${all.map((one) => one.name).join(", ")}.`,
  );
}

/** @param text true where the option stands without a value */
function wholeNumber(flag: string, text: string | boolean): number {
  const value = typeof text === "string" ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(value) && value > 0) return value;
  const not = typeof text === "string" ? `, not ${JSON.stringify(text)}` : "";
  throw new Misused(`${flag} takes a whole number above 0${not}.`);
}
