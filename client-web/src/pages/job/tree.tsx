/** JSON to unfold: what lies in a branch is made when it is opened, and never more than a screenful of it at once. */
import { useSignal } from "@preact/signals";
import { count } from "@valence/shared/human";
import { safeText } from "@valence/shared/safe-text";
import { numberText } from "./number-text.js";
import { cellOf, nameOf } from "./result-view.js";

const ENTRIES_MAX = 25;
const PREVIEW_NAMES_MAX = 4;
const PREVIEW_LETTERS_MAX = 24;
const TEXT_LETTERS_MAX = 500;

export function Tree({ value }: { value: unknown }) {
  return <div class="tree">{isBranch(value) ? <Entries of={value} /> : <Leaf value={value} />}</div>;
}

function Entries({ of }: { of: object }) {
  const shown = useSignal(ENTRIES_MAX);
  const size = sizeOf(of);
  const left = size - shown.value;
  if (size === 0) return <span class="aside">{Array.isArray(of) ? "an empty list" : "an empty object"}</span>;
  return (
    <ul>
      {entriesOf(of, shown.value).map(([name, value]) => (
        <li key={name}>
          <Entry name={name} value={value} />
        </li>
      ))}
      {left > 0 && (
        <li>
          <span class="aside">{count(left)} more are not shown. </span>
          <button
            type="button"
            class="button-text"
            onClick={() => {
              shown.value += ENTRIES_MAX;
            }}
          >
            Show {count(Math.min(left, ENTRIES_MAX))} more
          </button>
        </li>
      )}
    </ul>
  );
}

function Entry({ name, value }: { name: string; value: unknown }) {
  const open = useSignal(false);
  if (!isBranch(value)) {
    return (
      <>
        <span class="tree-name stranger">{safeText(name)}</span> <Leaf value={value} />
      </>
    );
  }
  return (
    <details
      onToggle={({ currentTarget }) => {
        open.value = currentTarget.open;
      }}
    >
      <summary>
        <span class="tree-name stranger">{safeText(name)}</span>{" "}
        <span class="aside stranger">{safeText(previewOf(value))}</span>
      </summary>
      {open.value && <Entries of={value} />}
    </details>
  );
}

function Leaf({ value }: { value: unknown }) {
  const cell = cellOf(value);
  if (typeof cell === "number") return <span class="tree-number">{numberText(cell)}</span>;
  if (typeof value !== "string") return <span>{String(cell ?? null)}</span>;
  const left = value.length - TEXT_LETTERS_MAX;
  return (
    <span class="tree-text stranger">
      {safeText(value.slice(0, TEXT_LETTERS_MAX))}
      {left > 0 && <span class="aside"> … and {count(left)} letters more</span>}
    </span>
  );
}

function isBranch(value: unknown): value is object {
  return typeof value === "object" && value !== null && cellOf(value) === undefined;
}

function sizeOf(branch: object): number {
  return Array.isArray(branch) ? branch.length : Object.keys(branch).length;
}

/** The first ones: a list may have a hundred thousand, and comes anew several times a second. */
function entriesOf(branch: object, max: number): (readonly [name: string, value: unknown])[] {
  if (Array.isArray(branch)) return branch.slice(0, max).map((value, i) => [String(i), value] as const);
  const keys = Object.keys(branch).slice(0, max);
  return keys.map((key) => [nameOf(key), (branch as Record<string, unknown>)[key]] as const);
}

/** `[3]`, `{id, tags, text}`: what to expect in a branch. */
function previewOf(branch: object): string {
  const size = sizeOf(branch);
  if (Array.isArray(branch)) return `[${count(size)}]`;
  const names = entriesOf(branch, PREVIEW_NAMES_MAX).map(([name]) => name.slice(0, PREVIEW_LETTERS_MAX));
  const more = size > names.length ? `, … ${count(size - names.length)} more` : "";
  return `{${names.join(", ")}${more}}`;
}
