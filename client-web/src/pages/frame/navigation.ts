/**
 * Goes from page to page without loading the document anew: whoever lends this tab goes on computing meanwhile. Owns the history,
 * the scroll position of each of its entries, and whether a page that appears was gone to. Knows no page.
 */
import { type ReadonlySignal, signal } from "@preact/signals";
import { kept } from "../parts/kept.js";
import { Recent } from "../parts/recent.js";
import { isArrival, type Route, routeOf } from "./route.js";
import { scrollWhenThere } from "./scroll.js";

/** Positions by entry survive a reload; where the browser keeps nothing, that begins at the top. */
const stored = kept("sessionStorage", "valence.scroll");
const POSITIONS_MAX = 100;

const current = signal<Route>(routeOf(location));
/** What is shown now. */
export const route: ReadonlySignal<Route> = current;

let entry = "";
/** Of the page that is shown. */
let address = addressOf(location);
let positions = new Recent<string, number>(POSITIONS_MAX);
/** Where the page that is to appear begins; null when it was not gone to, but is only the first one. */
let arrival: { readonly top: number } | null = null;

export function startNavigation(): void {
  history.scrollRestoration = "manual";
  positions = keptPositions();
  entry = entryOf(history.state) ?? freshEntry();
  history.replaceState({ entry }, "");
  arrival = null;
  scrollWhenThere(positions.get(entry) ?? 0);
  document.addEventListener("click", followLink);
  window.addEventListener("popstate", ({ state }) => {
    const known = entryOf(state);
    if (known === null) return adopt();
    positions.set(entry, scrollY);
    entry = known;
    const top = positions.get(entry) ?? 0;
    if (isShown(location)) scrollWhenThere(top);
    else show(top);
  });
  window.addEventListener("pagehide", keepPositions);
}

/** Goes to a path of ours. */
export function go(href: string, { replace = false }: { replace?: boolean } = {}): void {
  positions.set(entry, scrollY);
  if (!replace) entry = freshEntry();
  history[replace ? "replaceState" : "pushState"]({ entry }, "", href);
  show(0);
}

/** Called by the heading of a page that has appeared: it takes focus and scroll when the page was gone to. */
export function arrived(heading: HTMLElement): void {
  if (arrival === null) return;
  const { top } = arrival;
  arrival = null;
  heading.focus({ preventScroll: true });
  scrollWhenThere(top);
}

/** The browser went to a part of this page by itself: where it was before, `followLink` has kept. */
function adopt(): void {
  entry = freshEntry();
  history.replaceState({ entry }, "");
}

function show(top: number): void {
  address = addressOf(location);
  const next = routeOf(location);
  arrival = isArrival(current.value, next) ? { top } : null;
  current.value = next;
}

/** Every link to a page of ours, wherever it stands, unless the visitor wants it elsewhere than here. */
function followLink(event: MouseEvent): void {
  if (event.defaultPrevented || event.button !== 0) return;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const link = event.target instanceof Element ? event.target.closest("a") : null;
  if (link !== null && link.hash !== "" && isShown(link)) positions.set(entry, scrollY);
  if (link === null || !isOurs(link)) return;
  event.preventDefault();
  if (link.href === location.href) window.scrollTo(0, 0);
  else go(link.href);
}

/** Whether an address is of the page that is shown, if perhaps of another part of it. */
function isShown(place: { readonly pathname: string; readonly search: string }): boolean {
  return addressOf(place) === address;
}

function addressOf({ pathname, search }: { readonly pathname: string; readonly search: string }): string {
  return pathname + search;
}

function isOurs(link: HTMLAnchorElement): boolean {
  const here = link.target === "" && !link.hasAttribute("download") && link.origin === location.origin;
  return here && link.hash === "" && routeOf(link).page !== "unknown";
}

function entryOf(state: unknown): string | null {
  const { entry } = (state ?? {}) as { entry?: unknown };
  return typeof entry === "string" ? entry : null;
}

function freshEntry(): string {
  return Math.random().toString(36).slice(2);
}

function keptPositions(): Recent<string, number> {
  try {
    return new Recent(POSITIONS_MAX, JSON.parse(stored.read() ?? "[]"));
  } catch {
    return new Recent(POSITIONS_MAX);
  }
}

function keepPositions(): void {
  positions.set(entry, scrollY);
  stored.write(JSON.stringify(positions.entries()));
}
