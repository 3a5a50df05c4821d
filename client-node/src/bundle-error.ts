/** Why a file cannot become an atom: a sentence for each reason, with file, line and column where there are any. */
export class BundleError extends Error {
  override readonly name = "BundleError";
}
