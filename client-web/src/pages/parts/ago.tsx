import { ago } from "@valence/shared/human";
import { now } from "./clock.js";

/** `3 min ago`, with the full time for who points at it. */
export function Ago({ at }: { at: string }) {
  return (
    <time dateTime={at} title={fullTime(at)}>
      {ago(at, now.value)}
    </time>
  );
}

/** In the visitor's own language and time zone. */
export function fullTime(at: string): string {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? at : date.toLocaleString(undefined, { dateStyle: "long", timeStyle: "medium" });
}
