/** Numbers, durations and times as people read them. Pure; always the same, whatever the machine's language. */

const grouped = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
const UNITS = [
  [1e15, "P"],
  [1e12, "T"],
  [1e9, "G"],
  [1e6, "M"],
  [1e3, "k"],
] as const;
const DURATIONS = [
  [86_400_000, "d", 3_600_000, "h"],
  [3_600_000, "h", 60_000, "min"],
  [60_000, "min", 1_000, "s"],
] as const;

/** `1,234,567`. */
export function count(n: number): string {
  return grouped.format(n);
}

/** Three digits and a unit: `1.23 M`. */
export function short(n: number): string {
  const [scale, unit] = UNITS.find(([from]) => Math.abs(n) >= from * 0.9995) ?? [1, ""];
  const digits = Number((n / scale).toPrecision(3));
  return unit === "" ? String(Math.abs(n) < 0.001 ? Number(n.toPrecision(2)) : digits) : `${digits} ${unit}`;
}

/** Of bytes: `512 B`, `1.23 MB`. */
export function size(bytes: number): string {
  return bytes < 1_000 ? `${bytes} B` : `${short(bytes)}B`;
}

/** Rounded down, so that 100 % means all. */
export function percent(part: number, whole: number): string {
  const share = whole > 0 ? Math.floor((1_000 * part) / whole) / 10 : 0;
  return `${share.toFixed(1)} %`;
}

/** Two units at most: `820 ms`, `12.3 s`, `3 min 20 s`, `2 d 4 h`. */
export function duration(ms: number): string {
  if (!Number.isFinite(ms)) return "?";
  if (ms < 999.5) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 9_950) return `${(ms / 1_000).toFixed(1)} s`;
  if (ms < 59_500) return `${Math.round(ms / 1_000)} s`;
  for (const [large, unit, small, smallUnit] of DURATIONS) {
    const rounded = Math.round(ms / small) * small;
    if (rounded < large) continue;
    const rest = Math.round((rounded % large) / small);
    return rest === 0
      ? `${Math.floor(rounded / large)} ${unit}`
      : `${Math.floor(rounded / large)} ${unit} ${rest} ${smallUnit}`;
  }
  return `${Math.round(ms / 1_000)} s`;
}

/** One unit: `12 s ago`, `3 h ago`; days later, the date. `now` is in milliseconds since 1970. */
export function ago(iso: string, now: number): string {
  // biome-ignore lint/style/noRestrictedGlobals: it reads a text here, and no clock
  const at = new Date(iso);
  const ms = now - at.getTime();
  if (Number.isNaN(ms)) return "?";
  if (ms < 5_000) return "now";
  if (ms < 60_000) return `${Math.round(ms / 1_000)} s ago`;
  if (ms < 3_600_000) return `${Math.floor(ms / 60_000)} min ago`;
  if (ms < 86_400_000) return `${Math.floor(ms / 3_600_000)} h ago`;
  return ms < 7 * 86_400_000 ? `${Math.floor(ms / 86_400_000)} d ago` : at.toISOString().slice(0, 10);
}

/** `3.1416 ± 0.0003`. */
export function plusMinus(value: number, halfWidth: number): string {
  if (!(halfWidth > 0) || !Number.isFinite(value)) return String(value);
  return `${knownDigits(value, halfWidth)} ± ${knownDigits(halfWidth, halfWidth)}`;
}

/** The value to the place of the second digit of the half-width. */
export function knownDigits(value: number, halfWidth: number): string {
  const decimals = Math.max(0, 1 - Math.floor(Math.log10(halfWidth)));
  const sayable = decimals <= 15 && Math.abs(value) < 1e15;
  return sayable ? value.toFixed(decimals) : String(Number(value.toPrecision(6)));
}
