/** The options of `run` and `job submit` that say what to compute, and the submission that they become. */
import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import type { Policy } from "@valence/shared/policy";
import type { ReduceRule } from "@valence/shared/reduce-rule";
import { fromJson } from "@valence/shared/value-json";
import { type Command, Option } from "commander";
import type { JobInput, Submission } from "../sdk/submission.js";
import { UsageError } from "./exit-code.js";
import { parseAxes, parseChunk, parseDeadline, parseNumber, parseRange, parseWhole } from "./numbers.js";
import type { UsageFaults } from "./usage-faults.js";

export type SubmissionFlags = {
  readonly input?: string;
  readonly range?: string;
  readonly chunk?: string;
  readonly list?: string;
  readonly grid?: string;
  readonly upload?: string;
  readonly reduce?: string;
  readonly params?: string;
  readonly timeout?: string;
  readonly deadline?: string;
  readonly delivery?: Policy["delivery"];
  readonly precision?: string;
  readonly policy?: string;
  readonly seed?: string;
  readonly name?: string;
  readonly keep?: boolean;
  readonly private?: boolean;
};

/** What a job computes on is said once. */
const INPUTS = ["range", "grid", "list", "input", "upload"];

/** Below the options of commands that submit. */
export const REDUCES = `
Reduces in JSON, of which one may stand in another:
  '{"histogram":{"from":0,"to":1,"bins":20}}'   counts numbers, or arrays of them
  '{"top":10,"by":"score"}'                     the results with the greatest scores; numbers without "by"
  '{"each":"sum","keysMax":5000}'               arrays of [key, value] pairs, key by key
  '{"hits":"sum","best":{"top":3}}'             each field of the result by its own rule`;

export function withSubmission(command: Command): Command {
  const input = (name: string, value: string, description: string) =>
    new Option(`--${name} <${value}>`, description).conflicts(INPUTS.filter((other) => other !== name));
  return command
    .addOption(input("range", "from..to", "whole numbers, the end not included: 0..1e9"))
    .addOption(new Option("--chunk <n>", "numbers of the range that one call gets, or auto").conflicts(INPUTS.slice(1)))
    .addOption(input("grid", "axes", "every combination of parameters: x=0..1/0.1,y=1,2,3, or a JSON object"))
    .addOption(
      input("list", "file", "payloads, up to 10,000: a JSON array or a value on each line; - reads standard input"),
    )
    .addOption(
      input("input", "file", "payloads, any number: a JSON value on each line, uploaded first; - reads standard input"),
    )
    .addOption(input("upload", "id", "payloads: the lines of an upload that is there"))
    .option(
      "--reduce <rule>",
      "sum, count, min, max, mean, collect, or a rule in JSON, as below; without one every result is kept",
    )
    .option("--params <json>", "context.params of every call")
    .option("--timeout <ms>", "how long one call may take")
    .option("--deadline <time>", "fail unless it has ended: within 90min, 12h or 3d, or by 2027-01-31T12:00:00Z")
    .addOption(
      new Option(
        "--delivery <kind>",
        "at-most-once: nothing runs a second time, so what fails is a dead letter",
      ).choices(["at-least-once", "at-most-once"]),
    )
    .option("--precision <share>", "stop once a mean is known that well: 0.01 for a 95 % interval of ± 1 % of it")
    .option("--policy <json>", `more rules, such as '{"attemptsMax":2,"priority":"low"}'`)
    .option("--seed <n>", "what context.random() begins with")
    .option("--name <name>", "a name for people")
    .option("--keep", "keep every result beside the reduce")
    .option("--private", "show progress and answer to the holder of the token only");
}

/** `input` is null where lines are uploaded first. What is wrong is noted, all of it; then what is given is of no use. */
export async function submissionOf(
  atom: string,
  flags: SubmissionFlags,
  faults: UsageFaults,
): Promise<Omit<Submission, "input"> & { readonly input: JobInput | null }> {
  const { reduce, params, seed, name, keep } = flags;
  const given = async <T>(text: string | undefined, parse: (text: string) => T) =>
    text === undefined ? undefined : faults.try(() => parse(text));
  const parts = {
    reduce: await given(reduce, ruleOf),
    params: await given(params, (text) => fromJson(jsonOf(text, "--params"), "--params")),
    policy: await policyOf(flags, faults),
    seed: await given(seed, (text) => parseWhole(text, "--seed")),
    name,
    keep: keep === true ? keep : undefined,
    private: flags.private === true ? true : undefined,
  };
  const told = Object.entries(parts).filter(([, part]) => part !== undefined);
  const input = (await faults.try(() => inputOf(flags))) ?? null;
  return { ...Object.fromEntries(told), atom, input };
}

/** What a file or, for `-`, standard input holds. @throws UsageError */
export async function textOf(file: string, what: string): Promise<string> {
  if (file === "-") return text(process.stdin);
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    const reason =
      cause instanceof Error && "code" in cause && cause.code === "ENOENT" ? "there is no such file" : String(cause);
    throw new UsageError(`${what} ${file} cannot be read: ${reason}.`, { cause });
  }
}

/** @throws UsageError that begins with `what`. */
export function jsonOf(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError(`${what} is not JSON: ${reason}.`, { cause });
  }
}

async function inputOf({ range, chunk, list, grid, input, upload }: SubmissionFlags): Promise<JobInput | null> {
  if (range !== undefined) {
    return { range: { ...parseRange(range), ...(chunk === undefined ? {} : { chunk: parseChunk(chunk) }) } };
  }
  if (chunk !== undefined) throw new UsageError("--chunk divides a range: give --range, too.");
  if (input !== undefined) return null;
  if (upload !== undefined) return { list: { upload } };
  if (list !== undefined)
    return { list: payloadsOf(await textOf(list, "--list")).map((each) => fromJson(each, "--list")) };
  if (grid === undefined)
    throw new UsageError(
      "Say what to compute on: --range 0..1e9, --grid x=0..1/0.1, --list file.json or --input file.ndjson.",
    );
  return { grid: grid.trimStart().startsWith("{") ? axesOf(grid) : parseAxes(grid) };
}

/** As its values are written; what is wrong with their form, the coordinator says. */
function axesOf(grid: string): Extract<JobInput, { grid: unknown }>["grid"] {
  return jsonOf(grid, "--grid") as Extract<JobInput, { grid: unknown }>["grid"];
}

/** One array, or a value on each line, as an upload has them: a byte order mark may begin it, and empty lines only end it. */
function payloadsOf(file: string): unknown[] {
  const text = file.replace(/^\ufeff/, "");
  try {
    const whole: unknown = JSON.parse(text);
    if (Array.isArray(whole)) return whole;
  } catch {
    // Not one JSON text: then one on each line.
  }
  return text
    .trimEnd()
    .split("\n")
    .map((line, i) => {
      if (line.trim() === "") throw new UsageError(`Line ${i + 1} of --list is empty, and is not the last one.`);
      return jsonOf(line, `Line ${i + 1} of --list (or the whole, as an array)`);
    });
}

/** A word, or JSON; whether such a rule exists, the coordinator says. */
function ruleOf(text: string): ReduceRule {
  const rule = /^\s*[{"[]/.test(text) ? jsonOf(text, "--reduce") : text;
  return rule as ReduceRule;
}

async function policyOf(flags: SubmissionFlags, faults: UsageFaults): Promise<Submission["policy"]> {
  const { timeout, deadline, delivery, precision, policy } = flags;
  const given = async <T>(text: string | undefined, parse: (text: string) => T) =>
    text === undefined ? {} : ((await faults.try(() => parse(text))) ?? {});
  const whole = {
    ...(await given(policy, rulesOf)),
    ...(await given(timeout, (text) => ({ timeoutMs: parseWhole(text, "--timeout", { min: 1 }) }))),
    ...(await given(deadline, (text) => ({ deadline: parseDeadline(text) }))),
    ...(delivery === undefined ? {} : { delivery }),
    ...(await given(precision, (text) => ({ stopWhen: { halfWidth: parseNumber(text, "--precision") } }))),
  };
  return Object.keys(whole).length === 0 ? undefined : whole;
}

function rulesOf(text: string): object {
  const rules = jsonOf(text, "--policy");
  if (typeof rules === "object" && rules !== null && !Array.isArray(rules)) return rules;
  throw new UsageError("--policy must be a JSON object.");
}
