/** Names of what comes to be. */
import { randomBytes } from "node:crypto";

/** Sorts by time; the rest is chance. */
export function freshId(now: number): string {
  return `${now.toString(36).padStart(9, "0")}${randomBytes(5).toString("hex")}`;
}
