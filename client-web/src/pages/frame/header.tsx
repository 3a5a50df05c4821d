import { useSignal } from "@preact/signals";
import { token, tokenRefused } from "../grid/token.js";
import type { LendingSession } from "../lend/lending-session.js";
import { KeyIcon, Mark } from "../parts/icons.js";
import { LendingBar } from "./lending-bar.js";
import { route } from "./navigation.js";
import { TokenDialog } from "./token-dialog.js";

export function Header({ lending }: { lending: LendingSession }) {
  return (
    <header class="header">
      <div class="header-row">
        <a class="brand" href="/">
          <Mark />
          Valence
        </a>
        <nav class="nav" aria-label="Pages">
          <a href="/" aria-current={route.value.page === "lend" ? "page" : undefined}>
            Lend
          </a>
          <a href="/jobs" aria-current={currentness()}>
            Jobs
          </a>
          <a href="/docs" aria-current={route.value.page === "docs" ? "page" : undefined}>
            API
          </a>
        </nav>
        <LendingBar lending={lending} />
        <TokenButton />
      </div>
    </header>
  );
}

/** A job's own page lies within the list. */
function currentness(): "page" | "true" | undefined {
  const { page } = route.value;
  if (page === "jobs") return "page";
  return page === "job" ? "true" : undefined;
}

function TokenButton() {
  const open = useSignal(false);
  const label = tokenRefused.value ? "Token refused" : token.value === null ? "Token" : "Token held";
  return (
    <>
      <button
        type="button"
        class={`button button-quiet token-button${token.value === null ? "" : " token-held"}`}
        aria-haspopup="dialog"
        onClick={() => {
          open.value = true;
        }}
      >
        <KeyIcon />
        <span class="token-label">{label}</span>
      </button>
      {open.value && (
        <TokenDialog
          onClose={() => {
            open.value = false;
          }}
        />
      )}
    </>
  );
}
