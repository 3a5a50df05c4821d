/**
 * The token that this tab holds: taken from `#token=…` of an address, or typed in; kept for the life of the tab and no longer.
 * Knows nothing of what it is good for.
 */
import { type ReadonlySignal, signal } from "@preact/signals";
import { kept } from "../parts/kept.js";

/** Where the browser keeps nothing, it lives as long as this document. */
const stored = kept("sessionStorage", "valence.token");
/** As the coordinator has it: visible ASCII, since it travels in a header. */
const TOKEN = /^[\x21-\x7e]{1,256}$/;

const held = signal<string | null>(null);
const refused = signal(false);
/** Null without one. */
export const token: ReadonlySignal<string | null> = held;
/** Whether the last one was dropped because the coordinator does not know it. */
export const tokenRefused: ReadonlySignal<boolean> = refused;

/** Reads what the tab kept, and what its address brings, now and whenever one is pasted into it. */
export function startToken(): void {
  held.value = tokenIn(stored.read());
  takeFromAddress();
  window.addEventListener("hashchange", takeFromAddress);
}

/** False when the text cannot be one. */
export function enterToken(text: string): boolean {
  const entered = tokenIn(text.trim());
  if (entered === null) return false;
  held.value = entered;
  refused.value = false;
  stored.write(entered);
  return true;
}

export function forgetToken(): void {
  held.value = null;
  refused.value = false;
  stored.write(null);
}

/** The coordinator does not know this one: what anyone may do goes on without it. */
export function refuseToken(unknown: string): void {
  if (held.value !== unknown) return; // another one was entered meanwhile
  forgetToken();
  refused.value = true;
}

/** The token of `#token=…`, whatever stands beside it; null for none that could be one. */
export function tokenOfHash(hash: string): string | null {
  return tokenIn(new URLSearchParams(hash.replace(/^#/, "")).get("token"));
}

/** Out of the address at once: it would stay in the history, and on the screen. */
function takeFromAddress(): void {
  if (!/[#&]token=/.test(location.hash)) return;
  const brought = tokenOfHash(location.hash);
  history.replaceState(history.state, "", location.pathname + location.search);
  if (brought !== null) enterToken(brought);
}

function tokenIn(text: string | null): string | null {
  return text !== null && TOKEN.test(text) ? text : null;
}
