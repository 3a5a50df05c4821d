/** The byte order of typed arrays on the wire and in stores is little-endian, whatever the machine's. */

const MACHINE_IS_LITTLE = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/**
 * The bytes of elements of `width` bytes in the wire's order, or back from it: the bytes themselves on a little-endian
 * machine, a turned copy on another.
 */
export function littleEndian(bytes: Uint8Array, width: number): Uint8Array {
  return MACHINE_IS_LITTLE ? bytes : reversedElements(bytes, width);
}

/** A copy with the bytes of each element turned round. */
export function reversedElements(bytes: Uint8Array, width: number): Uint8Array {
  const turned = new Uint8Array(bytes);
  for (let at = 0; at < turned.length; at += width) turned.subarray(at, at + width).reverse();
  return turned;
}

/** The bytes of an array's elements, in the wire's order. Not a copy on a little-endian machine. */
export function bytesOf(view: ArrayBufferView, width: number): Uint8Array {
  return littleEndian(new Uint8Array(view.buffer, view.byteOffset, view.byteLength), width);
}

/** A buffer of its own with the elements that the bytes hold, fit for a typed array of any width. */
export function elementsOf(bytes: Uint8Array, width: number): ArrayBuffer {
  const copy = new Uint8Array(bytes.length);
  copy.set(littleEndian(bytes, width));
  return copy.buffer;
}
