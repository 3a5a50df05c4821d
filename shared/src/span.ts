/** Neighbouring integers `[from, to)`: electrons of a job unless a name says otherwise. */
export type Span = { readonly from: number; readonly to: number };
