/** A request as it is typed into a shell that has `token` and, where the path has one, `id`. */
import type { Body } from "../body.js";
import type { Route } from "../route.js";

const ORIGIN = "http://127.0.0.1:8080";

/** The line, or lines, that send the request and print its answer. */
export function curlOf(route: Route): string {
  const { method, path, body, sample, answers } = route;
  const streams = Object.values(answers).some((answer) => answer.streams);
  const query = sample === undefined ? "" : `?${sample}`;
  const words = [`curl -sSf${streams ? "N" : ""} "${ORIGIN}${path.replace("{id}", "$id")}${query}"`];
  if (answers[308]) words.push("-L");
  if (method === "delete" || (method === "post" && !body?.required)) words.push(`-X ${method.toUpperCase()}`);
  if (needsToken(route)) words.push('-H "Authorization: Bearer $token"');
  if (body?.required) words.push(`-H "Content-Type: ${body.types[0]}"`, `--data-binary ${quoted(exampleOf(body))}`);
  return words.join(" \\\n  ");
}

/** Also where some may read and others not. */
function needsToken({ door, refusals = [] }: Route): boolean {
  return door.endsWith("write") || refusals.includes("unauthorized");
}

function exampleOf({ of, example }: Body<unknown>): string {
  return of === null ? (example ?? "") : JSON.stringify(of.example);
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
