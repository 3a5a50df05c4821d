/** How many workers a device lends. */
import { SLOTS_MAX } from "@valence/shared/limits";
import { kept } from "../parts/kept.js";

export type Device = { readonly cores: number; readonly phone: boolean };

/** At most as many workers as it has cores: more would only wait for each other. */
export function threadsMax({ cores }: Device): number {
  return Math.min(SLOTS_MAX, Math.max(1, Math.floor(cores) || 1));
}

/** What was chosen before, or all cores but the one that the visitor works with; phones get warm, so one. */
export function threadsAtFirst(device: Device, chosen: number | null): number {
  if (chosen !== null && Number.isInteger(chosen) && chosen >= 1) return Math.min(chosen, threadsMax(device));
  return device.phone ? 1 : Math.max(1, threadsMax(device) - 1);
}

/** Where the browser keeps nothing, a choice holds for this visit. */
const chosen = kept("localStorage", "valence.threads");

export function thisDevice(): Device {
  const { hardwareConcurrency, userAgent } = navigator;
  const { userAgentData } = navigator as { userAgentData?: { mobile?: boolean } };
  return { cores: hardwareConcurrency, phone: userAgentData?.mobile ?? /Mobi|Android|iPhone/.test(userAgent) };
}

export function chosenThreads(): number | null {
  const text = chosen.read();
  return text === null ? null : Number(text);
}

export function chooseThreads(threads: number): void {
  chosen.write(String(threads));
}
