/** Options that several commands have, with their checks. */
import { Option } from "commander";
import { parseWhole } from "./numbers.js";

const LIMIT_DEFAULT = 50;

export function limitOption(): Option {
  return new Option("--limit <n>", "at most so many")
    .default(LIMIT_DEFAULT)
    .argParser((text) => parseWhole(text, "--limit", { min: 1 }));
}

/** A whole number of at least 0. */
export function wholeOption(flag: string, description: string): Option {
  const name = flag.split(" ")[0] ?? flag;
  return new Option(flag, description).argParser((text) => parseWhole(text, name, { min: 0 }));
}

/** All of a short list. */
export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}
