/** What a job is, once its request was checked: plain data that the store keeps packed. */
import type { Policy } from "@valence/shared/policy";
import type { ReduceRule } from "@valence/shared/reduce-rule";
import type { Axis } from "@valence/shared/shape-form";
import type { Value } from "@valence/shared/value";

/** The formula `item → payload`, without the elements of a list. `chunk` null: `auto`, not yet resolved. */
export type JobInput =
  | { readonly kind: "range"; readonly from: number; readonly total: number; readonly chunk: number | null }
  | { readonly kind: "grid"; readonly axes: readonly Axis[]; readonly total: number }
  /** `upload` names the one that the elements come from; a list that came with its job has none. */
  | { readonly kind: "list"; readonly total: number; readonly upload?: string };

export type JobSpec = {
  readonly id: string;
  readonly name: string | null;
  readonly atom: string;
  /** Fingerprint of the token the atom was published with. */
  readonly atomOwner: string;
  readonly owner: string;
  readonly createdAt: number;
  readonly input: JobInput;
  readonly reduce: ReduceRule | null;
  /** Results stay beside the aggregate. Always true without a reduce. */
  readonly keep: boolean;
  readonly private: boolean;
  readonly policy: Policy;
  readonly params: Value;
  readonly seed: number;
  /** `policy.deadline` as wall-clock milliseconds. */
  readonly deadlineAt: number | null;
};

/** The upload that the job computes on, or null. */
export function uploadOf({ input }: Pick<JobSpec, "input">): string | null {
  return (input.kind === "list" ? input.upload : null) ?? null;
}

/** How far a lease from electron `from` may reach, at most to `to`, before its payloads are too large for one message. */
export type Fit = (from: number, to: number) => number;
