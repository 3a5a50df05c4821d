/** What somebody asks of the store and waits for, as an upload, a publication or a deletion: unlike commits of the core it is not repeated, but refused. */
import { GridError } from "@valence/shared/errors";
import { StoreError } from "../store/store.js";

/** What the store does, with its refusals as answers. @throws GridError `storage_full`, `draining` */
export async function askedOf<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw asAnswer(error);
  }
}

/** Only a full disk and a store that is closed are no fault of the coordinator's. */
export function asAnswer(error: unknown): unknown {
  if (!(error instanceof StoreError)) return error;
  if (error.code === "full") return new GridError("storage_full", error.message, { cause: error });
  if (error.code !== "closed") return error;
  return new GridError("draining", "the coordinator is stopping: send it again when it is back.", { cause: error });
}
