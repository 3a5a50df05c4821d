/** Dead letters as their owner reads them: which electron, what it was to compute, and every error. */
import type { DeadLetterView } from "@valence/shared/job-view";
import { type FormulaShape, payloadOf } from "@valence/shared/shape";
import type { Value } from "@valence/shared/value";
import { decodeValue } from "@valence/shared/value-codec";
import { type Json, toJson } from "@valence/shared/value-json";
import type { Page } from "../api.js";
import type { JobSpec } from "../core/job-spec.js";
import type { DeadLetter, Store } from "../store/store.js";
import { listOf } from "./lists.js";
import { iso, shortIdentity } from "./views.js";

export async function deadLetterPage(
  store: Store,
  spec: JobSpec,
  chunk: number,
  query: { after: number; limit: number },
): Promise<Page<DeadLetterView>> {
  const letters = await store.deadLetters(spec.id, query);
  const payloadAt = letters.length > 0 ? await payloadReader(store, spec, chunk) : () => null;
  const items: DeadLetterView[] = [];
  for (const letter of letters) items.push(deadLetterView(letter, chunk, await payloadAt(letter.electron)));
  return { items, next: letters.length < query.limit ? null : String(letters.at(-1)?.electron) };
}

function deadLetterView(letter: DeadLetter, chunk: number, payload: Json): DeadLetterView {
  const { electron, attempts, failures } = letter;
  const errors = failures.map(({ attempt, code, message, stack, identity, at }) => {
    return { attempt, code, message, stack, volunteer: shortIdentity(identity), at: iso(at) };
  });
  return { electron, item: electron * chunk, payload, attempts, errors };
}

type PayloadReader = (electron: number) => Json | Promise<Json>;

async function payloadReader(store: Store, spec: JobSpec, chunk: number): Promise<PayloadReader> {
  const { id, input } = spec;
  const list = await listOf(store, spec, await store.list(id));
  if (list) return async (electron) => toJson(decodeValue(await list.read(electron, electron + 1)));
  if (input.kind === "list") throw new Error(`job ${id} has a list`); // which is what `listOf` has said
  const shape: FormulaShape = input.kind === "range" ? { ...input, chunk } : { kind: "grid", axes: [...input.axes] };
  return (electron) => toJson(payloadOf(shape, electron) as Value);
}
