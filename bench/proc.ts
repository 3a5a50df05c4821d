/** What a process costs, as Linux counts it: `/proc` is the only source that the process itself does not pay for. */
import type { ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";

/** Linux tells times in hundredths of a second to programs, whatever its own clock does. */
const MICROS_PER_TICK = 10_000;
const PAGE_BYTES = 4_096;

/** User and system time of all its threads since its start, in microseconds, to 10 ms. */
export function cpuMicrosOf({ pid }: Pick<ChildProcess, "pid">): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  // The name stands in brackets and may hold anything; what follows begins with the third field.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * MICROS_PER_TICK;
}

/** Resident memory, in bytes. */
export function residentBytesOf({ pid }: Pick<ChildProcess, "pid">): number {
  return Number(readFileSync(`/proc/${pid}/statm`, "utf8").split(" ")[1]) * PAGE_BYTES;
}
