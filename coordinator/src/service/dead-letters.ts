/** Dead letters as their owner reads them: which electron, what it was to compute, and every error. */
import type { DeadLetterView } from "@valence/shared/job-view";
import { type FormulaShape, payloadOf } from "@valence/shared/shape";
import type { Value } from "@valence/shared/value";
import { decodeValue } from "@valence/shared/value-codec";
import { type Json, toJson } from "@valence/shared/value-json";
import type { Page } from "../api.js";
import type { JobSpec } from "../core/job-spec.js";
import type { DeadLetter, Store } from "../store/store.js";
import { unpackList } from "./lists.js";
import { iso, shortIdentity } from "./views.js";

export async function deadLetterPage(
  store: Store,
  spec: JobSpec,
  chunk: number,
  query: { after: number; limit: number },
): Promise<Page<DeadLetterView>> {
  const letters = await store.deadLetters(spec.id, query);
  const payload = letters.length > 0 ? await payloadReader(store, spec, chunk) : () => null;
  const items = letters.map((letter) => deadLetterView(letter, chunk, payload));
  return { items, next: letters.length < query.limit ? null : String(letters.at(-1)?.electron) };
}

function deadLetterView(letter: DeadLetter, chunk: number, payload: (electron: number) => Json): DeadLetterView {
  const { electron, attempts, failures } = letter;
  const errors = failures.map(({ attempt, code, message, stack, identity, at }) => {
    return { attempt, code, message, stack, volunteer: shortIdentity(identity), at: iso(at) };
  });
  return { electron, item: electron * chunk, payload: payload(electron), attempts, errors };
}

async function payloadReader(store: Store, { id, input }: JobSpec, chunk: number): Promise<(electron: number) => Json> {
  if (input.kind === "list") {
    const list = await store.list(id);
    const elements = list ? unpackList(list) : [];
    return (electron) => toJson(elements[electron] ? decodeValue(elements[electron]) : null);
  }
  const shape: FormulaShape = input.kind === "range" ? { ...input, chunk } : { kind: "grid", axes: [...input.axes] };
  return (electron) => toJson(payloadOf(shape, electron) as Value);
}
