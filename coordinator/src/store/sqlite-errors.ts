/** Translates what SQLite throws into the closed list of the port, each with a sentence for the operator. */
import { dirname } from "node:path";
import { StoreError } from "./store.js";

/** Primary result codes, https://www.sqlite.org/rescode.html; extended codes carry them in their low byte. And their texts. */
const CODES: readonly { readonly primary: number; readonly text: string; readonly code: StoreError["code"] }[] = [
  { primary: 5, text: "database is locked", code: "locked" },
  { primary: 11, text: "database disk image is malformed", code: "corrupt" },
  { primary: 13, text: "database or disk is full", code: "full" },
  { primary: 26, text: "file is not a database", code: "corrupt" },
];

/** `file` is the database; sentences name its folder, which is what an operator chose. */
export function toStoreError(error: unknown, file: string): StoreError {
  if (error instanceof StoreError) return error;
  const code = codeOf(error);
  return new StoreError(code, sentence(code, file, error), { cause: error });
}

/** By number where there is one; what `iterate()` of @photostructure/sqlite throws has only the text. */
function codeOf(error: unknown): StoreError["code"] {
  if (!(error instanceof Error)) return "failed";
  const errcode = "errcode" in error && typeof error.errcode === "number" ? error.errcode & 0xff : undefined;
  const found = CODES.find(({ primary, text }) =>
    errcode === undefined ? error.message.includes(text) : errcode === primary,
  );
  return found?.code ?? "failed";
}

function sentence(code: StoreError["code"], file: string, error: unknown): string {
  const dir = dirname(file);
  const reason = error instanceof Error ? error.message : String(error);
  if (code === "locked") return `Another coordinator is using ${dir}: stop it, or choose another data folder.`;
  if (code === "full") return `The disk that holds ${dir} is full; nothing of what did not fit was stored.`;
  if (code === "corrupt") return `${file} is damaged or is no Valence database (${reason}).`;
  return `The store in ${dir} failed: ${reason}`;
}
