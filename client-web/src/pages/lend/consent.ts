/**
 * What whoever lends a tab agrees to, and whether they did. Kept in this browser with the operator's name and the version of
 * the text: a change of either asks again.
 */
import { signal } from "@preact/signals";
import { kept } from "../parts/kept.js";

/** Raised with every change of `CONSENT`; a test holds the two together. */
export const CONSENT_VERSION = 1;

/** In the order in which people ask. */
export const CONSENT: readonly { readonly title: string; readonly text: string }[] = [
  {
    title: "What runs",
    text: "Code that holders of a token submitted to this grid, in a sandbox inside this tab. What it computes goes to them.",
  },
  {
    title: "What it cannot reach",
    text: "The network, your files, your other tabs, this page, or anything that this browser keeps.",
  },
  {
    title: "What it costs",
    text: "Processor time, and so electricity: laptops get warm, and batteries drain faster. And a little data.",
  },
  {
    title: "What is kept",
    text: "In this browser, a key by which the grid knows it again, and this consent. The grid sees your address, as any web site does, and shows it to nobody.",
  },
  {
    title: "When it ends",
    text: "Nothing runs before you press Start. Stop, or closing this tab, ends all of it within a second.",
  },
];

/** What the browser keeps. */
export type Consent = { readonly operator: string | null; readonly version: number; readonly at: string };

/** Where the browser keeps nothing, the next visit asks again. */
const stored = kept("localStorage", "valence.consent");

/** As the browser keeps it. Where it keeps nothing, this holds it for the visit. */
const given = signal(stored.read());

/** The consent that holds for this operator and this text; null when there is none. Never throws, whatever was kept. */
export function consentIn(text: string | null, operator: string | null): Consent | null {
  const consent = parsed(text);
  return consent?.operator === operator && consent.version === CONSENT_VERSION ? consent : null;
}

/** Undefined is an operator who is not known yet: most likely still the one to whom consent was given. */
export function consentFor(operator: string | null | undefined): Consent | null {
  return consentIn(given.value, operator === undefined ? (parsed(given.value)?.operator ?? null) : operator);
}

export function giveConsent(operator: string | null, now: Date): void {
  const consent: Consent = { operator, version: CONSENT_VERSION, at: now.toISOString() };
  keep(JSON.stringify(consent));
}

export function withdrawConsent(): void {
  keep(null);
}

function parsed(text: string | null): Consent | null {
  if (text === null) return null;
  try {
    const { operator, version, at } = JSON.parse(text) as Partial<Record<keyof Consent, unknown>>;
    if ((operator !== null && typeof operator !== "string") || typeof version !== "number") return null;
    return { operator, version, at: typeof at === "string" ? at : "" };
  } catch {
    return null;
  }
}

function keep(text: string | null): void {
  given.value = text;
  stored.write(text);
}
