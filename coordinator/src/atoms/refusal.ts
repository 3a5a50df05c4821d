/** Why a source is no atom, and where. Only `readAtom` catches it, which alone knows the source and turns an offset into a line. */
import type { ErrorCode } from "@valence/shared/errors";

type AtomCode = Extract<ErrorCode, `atom_${string}`>;

export class Refusal extends Error {
  readonly code: AtomCode;
  readonly offset: number;

  constructor(code: AtomCode, reason: string, node: { readonly start: number }) {
    super(reason);
    this.code = code;
    this.offset = node.start;
  }
}
