/** The pages of one upload on their way into the store. Knows no lines and no limits. */
import type { Uploaded } from "@valence/shared/job-view";
import type { UploadPage, UploadRow, Write } from "../core/writes.js";
import type { Store } from "../store/store.js";

/** Of pages in one commit: others wait for the disk no longer than for a few of their own. */
const COMMIT_BYTES = 1024 * 1024;

/** Commits the pages of one upload. While one commit is written, the next one gathers: two are held at most. */
export class PageWriting {
  readonly #store: Store;
  readonly #upload: UploadRow;
  #writes: Write[];
  #bytes = 0;
  #committing: Promise<void> = Promise.resolve();

  constructor(store: Store, upload: UploadRow) {
    this.#store = store;
    this.#upload = upload;
    this.#writes = [{ type: "upload", upload }];
  }

  async put(pages: readonly UploadPage[]): Promise<void> {
    for (const page of pages) {
      this.#writes.push({ type: "page", upload: this.#upload.id, page });
      this.#bytes += page.elements.length + page.sizes.length;
    }
    if (this.#bytes >= COMMIT_BYTES) await this.#commit();
  }

  /** The upload is whole; durable once it resolves. */
  async end(size: { items: number; bytes: number }): Promise<Uploaded> {
    this.#writes.push({ type: "uploaded", upload: this.#upload.id, ...size });
    await this.#commit();
    await this.#committing;
    return { id: this.#upload.id, ...size };
  }

  /** Nothing is being written any more, whichever way it ended. */
  async settled(): Promise<void> {
    await this.#committing.catch(() => {});
  }

  /** Waits for the commit before, and starts this one. */
  async #commit(): Promise<void> {
    await this.#committing;
    const writes = this.#writes;
    this.#writes = [];
    this.#bytes = 0;
    this.#committing = this.#store.commit(writes);
    this.#committing.catch(() => {}); // whoever waits for it next is told
  }
}
