/** Values that every electron of a job sees: none may change them for the next. */

/**
 * A way to read the value that always gives the same: the value itself, frozen through and through, or a fresh copy each
 * time when it has typed arrays, which cannot be frozen.
 */
export function constant(value: unknown): () => unknown {
  if (hasBytes(value)) return () => copyOf(value);
  freeze(value);
  return () => value;
}

/** Freezes arrays and objects, but leaves typed arrays as they are. */
export function freeze(value: unknown): void {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return;
  for (const inner of Object.values(value)) freeze(inner);
  Object.freeze(value);
}

function hasBytes(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return ArrayBuffer.isView(value) || Object.values(value).some(hasBytes);
}

function copyOf(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (ArrayBuffer.isView(value)) return (value as Uint8Array).slice();
  if (Array.isArray(value)) return value.map(copyOf);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, copyOf(inner)]));
}
