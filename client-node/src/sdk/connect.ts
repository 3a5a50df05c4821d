/** Where a program finds its grid. */
import { Grid } from "./grid.js";

/** Where a coordinator listens unless told otherwise. */
export const DEFAULT_URL = "http://127.0.0.1:8080";

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
 * @throws TypeError for a URL that is none, or a token that no header can carry
 */
export function connect({ url, token }: ConnectOptions = {}): Grid {
  return new Grid(
    gridUrl(url ?? settingOf("VALENCE_URL") ?? DEFAULT_URL),
    checked(token ?? settingOf("VALENCE_TOKEN")),
  );
}

/** The address in one form, without a slash at the end. @throws TypeError in a sentence. */
export function gridUrl(text: string | URL): string {
  const url = URL.canParse(String(text)) ? new URL(text) : null;
  if (url === null || !["http:", "https:"].includes(url.protocol)) {
    throw new TypeError(`${JSON.stringify(String(text))} is no address of a grid; write it as ${DEFAULT_URL}.`);
  }
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") {
    throw new TypeError("The address of a grid holds no user name, password, query or fragment.");
  }
  return url.origin + url.pathname.replace(/\/+$/, "");
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
