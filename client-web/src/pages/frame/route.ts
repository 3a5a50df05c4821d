/** Which page an address names, and which address a page has. Pure. */
import { JOB_STATES, type JobState } from "@valence/shared/job-state";

export type Route =
  | { readonly page: "lend" }
  | { readonly page: "jobs"; readonly state: JobState | null; readonly before: string | null }
  | { readonly page: "job"; readonly id: string }
  | { readonly page: "docs" }
  | { readonly page: "unknown"; readonly path: string };

/** Only path and search count; what they do not spell out is left at its default, never an error. */
export function routeOf({ pathname, search }: { pathname: string; search: string }): Route {
  const path = pathname.replace(/\/+$/, "") || "/";
  if (path === "/") return { page: "lend" };
  if (path === "/jobs") return listOf(new URLSearchParams(search));
  if (path === "/docs") return { page: "docs" };
  const id = /^\/jobs\/([^/]+)$/.exec(path)?.[1];
  const decoded = id === undefined ? null : decodedOf(id);
  return decoded === null ? { page: "unknown", path } : { page: "job", id: decoded };
}

/** Where a list of jobs stands: those of a state, or all; the newest, or those before a cursor. */
export function jobsPath({ state = null, before = null }: { state?: JobState | null; before?: string | null }): string {
  const search = new URLSearchParams();
  if (state !== null) search.set("state", state);
  if (before !== null) search.set("before", before);
  return search.size === 0 ? "/jobs" : `/jobs?${search}`;
}

export function jobPath(id: string): string {
  return `/jobs/${encodeURIComponent(id)}`;
}

/** Whether going from one to the other is going to another page, which is read from its top, or only a change of this one. */
export function isArrival(from: Route, to: Route): boolean {
  if (from.page === "jobs" && to.page === "jobs") return from.before !== to.before;
  return from.page !== to.page || (from.page === "job" && to.page === "job" && from.id !== to.id);
}

function listOf(search: URLSearchParams): Route {
  const asked = search.get("state");
  const state = JOB_STATES.find((each) => each === asked) ?? null;
  return { page: "jobs", state, before: search.get("before") };
}

function decodedOf(id: string): string | null {
  try {
    return decodeURIComponent(id);
  } catch {
    return null;
  }
}
