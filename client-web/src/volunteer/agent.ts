/** What runs here, for people who look at a list of volunteers: `Firefox 153`, `Safari 26 on a phone`. */

/** In this order, since most browsers also claim to be another one. */
const BROWSERS: readonly [string, RegExp][] = [
  ["Edge", /\bEdg(?:e|A|iOS)?\/(\d+)/],
  ["Opera", /\bOPR\/(\d+)/],
  ["Samsung Internet", /\bSamsungBrowser\/(\d+)/],
  ["Firefox", /\b(?:Firefox|FxiOS)\/(\d+)/],
  ["Chrome", /\b(?:Chrome|CriOS|HeadlessChrome)\/(\d+)/],
  ["Safari", /\bVersion\/(\d+).*\bSafari\//],
];

/** @param userAgent as browsers send it, which may be anything */
export function agentOf(userAgent: string): string {
  for (const [name, pattern] of BROWSERS) {
    const version = pattern.exec(userAgent)?.[1];
    if (version) return `${name} ${version}${isPhone(userAgent) ? " on a phone" : ""}`;
  }
  return "a browser";
}

function isPhone(userAgent: string): boolean {
  return /\b(?:Mobile|iPhone|Android.*Mobile)\b/.test(userAgent);
}
