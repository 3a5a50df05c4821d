/** Where a program finds its grid. */
import { Grid } from "./grid.js";
import { DEFAULT_URL, gridUrl } from "./grid-url.js";

/** What `connect` takes; both have a variable of the environment behind them. */
export type ConnectOptions = {
  /** Default: VALENCE_URL, else `http://127.0.0.1:8080`. A path is kept, for a coordinator behind a proxy. */
  readonly url?: string | URL | undefined;
  /** Default: VALENCE_TOKEN, else none. Writing needs one. */
  readonly token?: string | undefined;
};

/**
 * A grid to talk to. Sends nothing yet: whether anybody is there shows with the first question.
 *
 * @example
 * ```ts
 * const grid = connect(); // VALENCE_URL and VALENCE_TOKEN
 * const { volunteers } = await grid.stats();
 * console.log(`${volunteers} volunteers`); // → 2 volunteers
 * ```
 *
 * @throws TypeError for a URL that is none, or a token that no header can carry
 */
export function connect({ url, token }: ConnectOptions = {}): Grid {
  return new Grid(
    gridUrl(url ?? settingOf("VALENCE_URL") ?? DEFAULT_URL),
    checked(token ?? settingOf("VALENCE_TOKEN")),
  );
}

/** An empty variable counts as absent. */
function settingOf(name: string): string | undefined {
  return process.env[name] || undefined;
}

function checked(token: string | undefined): string | null {
  if (token === undefined || token === "") return null;
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  throw new TypeError("The token has a character that no header can carry; copy it again.");
}
