/** Addresses of grids. */

/** Where a coordinator listens unless told otherwise. */
export const DEFAULT_URL = "http://127.0.0.1:8080";

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
