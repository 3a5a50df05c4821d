/** The goodbye of a session beside its link: what is counted and logged of a path that is itself the proof. */
import type { Request } from "express";

const GOODBYE = /^\/api\/v1\/sessions\/[^/]+\/goodbye\/?$/;

/** Sent by a page that is closed. It changes nothing that the link of that session could not. */
export function isGoodbye({ method, path }: Pick<Request, "method" | "path">): boolean {
  return method === "POST" && GOODBYE.test(path);
}

/** A path as it may be written down: without the id of a session, since whoever knows it is that session. */
export function loggedPath(path: string): string {
  return path.replace(/^\/api\/v1\/sessions\/[^/]+/, "/api/v1/sessions/:id");
}
