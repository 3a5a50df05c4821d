/** A name that is not loopback to a browser, and so no secure context: the plain HTTP of a classroom. It is no name to the world. */
export const PLAIN_HOST = "grid.test";
/** What a Chromium is started with that shall find it here. */
export const PLAIN_HOST_IS_HERE = `--host-resolver-rules=MAP ${PLAIN_HOST} 127.0.0.1`;
/** Settings of a coordinator that lets visitors in under that name. */
export const ON_PLAIN_HOST = { VALENCE_PUBLIC_URL: `http://${PLAIN_HOST}` };
