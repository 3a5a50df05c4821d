/** Ids of atoms as people read them. Pure; takes any text, and knows nothing of what makes an id a good one. */

/** `monte-carlo-pi` of `monte-carlo-pi@sha256-…`; what is no id as it is. */
export function atomName(id: string): string {
  return id.replace(/@sha256-[0-9a-f]*$/, "");
}

/** The first eight digits of an atom's hash: enough to tell versions apart; empty for what is no id. */
export function atomVersion(id: string): string {
  return /@sha256-([0-9a-f]{8})[0-9a-f]*$/.exec(id)?.[1] ?? "";
}

/** Both in one word: `monte-carlo-pi@ad422092`; what is no id as it is. */
export function atomShort(id: string): string {
  const version = atomVersion(id);
  return version === "" ? id : `${atomName(id)}@${version}`;
}
