/** Published atoms: read by parsing, kept with the token that first took their name. */
import { GridError } from "@valence/shared/errors";
import type { AtomView } from "@valence/shared/job-view";
import { ATOM_ID_LENGTH_MAX } from "@valence/shared/limits";
import type { Caller, Page } from "../api.js";
import type { AtomReader } from "../atoms/atom-reader.js";
import type { AtomRow } from "../core/writes.js";
import type { Store } from "../store/store.js";
import { askedOf } from "./asked-of-store.js";
import { Turns } from "./turns.js";
import { iso } from "./views.js";
import { Wanted } from "./wanted.js";

/** Atoms that one sweep removes: up to 1 MiB each. */
const SWEPT_MAX = 16;

/** Atoms of which all but the source is at hand, so that the next job of one waits for no read. */
export const HEADS_MAX = 64;

/** All of an atom but its source: what a job is made with. */
export type AtomHead = Omit<AtomRow, "source">;

export type Published = { readonly id: string; readonly name: string; readonly created: boolean };

export class Atoms {
  readonly #store: Store;
  readonly #reader: AtomReader;
  /** Publications of one name wait for each other. */
  readonly #turns = new Turns();
  readonly #wanted = new Wanted();
  /** By id, the latest last. What is published under an id never changes. */
  readonly #heads = new Map<string, AtomHead>();

  constructor(store: Store, reader: AtomReader) {
    this.#store = store;
    this.#reader = reader;
  }

  /** @throws GridError `atom_…` for what is no atom, `atom_name_taken`, `storage_full` */
  async publish(source: Uint8Array, { owner }: Caller): Promise<Published> {
    const { id, name, schema } = await this.#reader.read(source);
    const row = {
      id,
      name,
      owner: owner ?? "",
      createdAt: Date.now(),
      schema: schema === null ? null : JSON.stringify(schema),
      source,
    };
    return this.#wanted.during(name, () => this.#turns.take(name, () => this.#keep(row)));
  }

  async page(query: { before?: string | undefined; limit: number }): Promise<Page<AtomView>> {
    const rows = await this.#store.atoms(query);
    return { items: rows.map(atomView), next: rows.length < query.limit ? null : (rows.at(-1)?.id ?? null) };
  }

  /** By name, its newest version, or by full id. @throws GridError `unknown_atom` */
  async find(atom: string): Promise<AtomRow> {
    const row = await this.#wanted.during(nameOf(atom), () => this.#read(atom));
    if (row) return row;
    const asked = JSON.stringify(atom.slice(0, ATOM_ID_LENGTH_MAX));
    throw new GridError("unknown_atom", `there is no atom ${asked}: publish it first.`);
  }

  /** As `find`, without the source: by id it is mostly at hand. */
  async head(atom: string): Promise<AtomHead> {
    const known = this.#heads.get(atom);
    const head = known ?? withoutSource(await this.find(atom));
    this.#wanted.add(head.id);
    this.#heads.delete(head.id);
    this.#heads.set(head.id, head);
    const [oldest] = this.#heads.keys();
    if (this.#heads.size > HEADS_MAX && oldest !== undefined) this.#heads.delete(oldest);
    return head;
  }

  /** Removes atoms that were published before that time, that no job is of, and that nobody wants now. Gives their ids. */
  async sweep(before: number): Promise<string[]> {
    const unused = await this.#store.unusedAtoms({ before, limit: SWEPT_MAX });
    const gone = unused.filter((id) => !this.#wanted.has(id));
    for (const atom of gone) this.#heads.delete(atom);
    await this.#store.commit(gone.map((atom) => ({ type: "unpublish", atom })));
    return gone;
  }

  async #read(atom: string): Promise<AtomRow | null> {
    const row = atom.includes("@") ? await this.#store.atom(atom) : await this.#store.newestAtom(atom);
    if (row) this.#wanted.add(row.id);
    return row;
  }

  async #keep(row: AtomRow): Promise<Published> {
    const { id, name } = row;
    this.#wanted.add(id);
    if (await this.#store.atom(id)) return { id, name, created: false };
    const owner = await this.#store.ownerOfName(name);
    if (owner !== null && owner !== row.owner) {
      throw new GridError("atom_name_taken", `the name ${name} belongs to another token: choose another name.`);
    }
    await askedOf(this.#store.commit([{ type: "atom", atom: row }]));
    return { id, name, created: true };
  }
}

function nameOf(atom: string): string {
  return atom.split("@", 1)[0] as string; // of any text there is a first piece
}

function withoutSource({ source: _, ...head }: AtomRow): AtomHead {
  return head;
}

export function atomView({ id, name, schema, createdAt }: AtomHead): AtomView {
  return { id, name, payload: schema === null ? null : JSON.parse(schema), createdAt: iso(createdAt) };
}
