/** `monte-carlo-pi` of `monte-carlo-pi@sha256-…`. */
export function atomName(id: string): string {
  return id.replace(/@sha256-[0-9a-f]*$/, "");
}

/** The first eight digits of an atom's hash: enough to tell versions apart; empty for what is no id. */
export function atomVersion(id: string): string {
  return /@sha256-([0-9a-f]{8})/.exec(id)?.[1] ?? "";
}
