/** Placeholder of the first build. */
export {};
