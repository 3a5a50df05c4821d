/** `POST /jobs`, from a body that nobody has checked to a job that is durable; once only, for a request that comes with a key. */
import type { JsonSchema } from "@valence/shared/payload-schema";
import { encodeValue } from "@valence/shared/value-codec";
import type { Caller } from "../api.js";
import { payloadChecker } from "../atoms/check-payload.js";
import { type JobSpec, uploadOf } from "../core/job-spec.js";
import type { JobRecord, KeyRow, Write } from "../core/writes.js";
import type { Store } from "../store/store.js";
import type { UploadReader } from "../uploads/upload-reader.js";
import type { Atoms } from "./atoms.js";
import { checkElements } from "./check-elements.js";
import type { Engine } from "./engine.js";
import { freshId } from "./fresh-id.js";
import { checkPayloads, deadlineAtOf, type JobRequest, parseJobRequest, uploadIn } from "./job-request.js";
import type { Keys } from "./keys.js";
import { type List, type Lists, listOf, packList } from "./lists.js";
import type { Uploads } from "./uploads.js";

/** `replayed`: the request had made the job before. */
export type Submitted = { readonly job: string; readonly replayed: boolean };

/** The row to write beside a job that a request with a key makes. */
type KeyRowOf = (job: string) => KeyRow;

export type SubmissionsParts = {
  readonly engine: Engine;
  readonly store: Store;
  readonly reader: UploadReader;
  readonly atoms: Atoms;
  readonly lists: Lists;
  readonly uploads: Uploads;
  readonly keys: Keys;
};

export class Submissions {
  readonly #engine: Engine;
  readonly #store: Store;
  readonly #reader: UploadReader;
  readonly #atoms: Atoms;
  readonly #lists: Lists;
  readonly #uploads: Uploads;
  readonly #keys: Keys;

  constructor(parts: SubmissionsParts) {
    this.#engine = parts.engine;
    this.#store = parts.store;
    this.#reader = parts.reader;
    this.#atoms = parts.atoms;
    this.#lists = parts.lists;
    this.#uploads = parts.uploads;
    this.#keys = parts.keys;
  }

  /**
   * The id of the job, which is durable.
   *
   * @throws GridError of what is wrong with the request, `unknown_atom`, `unknown_upload`, `payload_invalid`, `key_reused`
   */
  async submit(body: unknown, caller: Caller, key: string | null): Promise<Submitted> {
    if (key === null) return { job: await this.#make(body, caller, null), replayed: false };
    const request = { owner: caller.owner ?? "", key, body };
    return this.#keys.once(request, (keyRowOf) => this.#make(body, caller, keyRowOf));
  }

  /** Keeps the upload that the job is to compute on, if it is one, until the job does. */
  #make(body: unknown, caller: Caller, keyRowOf: KeyRowOf | null): Promise<string> {
    const upload = uploadIn(body);
    const made = (items: number) => this.#open(parseJobRequest(body, items), caller, keyRowOf);
    return upload === null ? made(0) : this.#uploads.hold(upload, caller, ({ items }) => made(items));
  }

  async #open(request: JobRequest, { owner }: Caller, keyRowOf: KeyRowOf | null): Promise<string> {
    const { elements, payloads: _, ...described } = request;
    const { schema, ...atom } = await this.#atoms.head(request.atom);
    const createdAt = Date.now();
    const by = { id: freshId(createdAt), createdAt, owner: owner ?? "", atom: atom.id, atomOwner: atom.owner };
    const spec: JobSpec = { ...described, ...by, deadlineAt: deadlineAtOf(request.policy, createdAt) };
    const packed = elements ? packList(elements) : null;
    const list = await listOf(this.#store, spec, packed);
    if (schema !== null) await this.#check(request, list, JSON.parse(schema));
    const record: JobRecord = { ...by, name: spec.name, spec: encodeValue(spec), list: packed, upload: uploadOf(spec) };
    const fit = this.#lists.keep(spec.id, list);
    const beside: Write[] = keyRowOf === null ? [] : [{ type: "key", key: keyRowOf(spec.id) }];
    await this.#engine.step((grid, now) => grid.submit({ spec, record, fit, beside }, now));
    return spec.id;
  }

  /** Payloads at hand are checked here, those of an upload in the thread that has read it. */
  async #check(request: JobRequest, list: List | null, schema: JsonSchema): Promise<void> {
    checkPayloads(request, payloadChecker(schema));
    if (list && request.elements === null)
      await checkElements(list, request.input.total, { schema, reader: this.#reader });
  }
}
