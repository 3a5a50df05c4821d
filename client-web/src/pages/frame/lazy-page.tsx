/** A page whose code comes when it is gone to: whoever only lends a tab never loads it. */
import { useSignal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";
import { Heading } from "./heading.js";

export type Load<Props> = () => Promise<ComponentType<Props>>;

export function LazyPage<Props extends object>({ load, props }: { load: Load<Props>; props: Props }) {
  const loaded = useSignal<{ readonly Page: ComponentType<Props> } | "failed" | null>(null);
  const fetchPage = () => {
    loaded.value = null;
    load().then(
      (Page) => {
        loaded.value = { Page };
      },
      () => {
        loaded.value = "failed";
      },
    );
  };
  useEffect(fetchPage, [load]);
  if (loaded.value === "failed") return <NotLoaded again={fetchPage} />;
  if (loaded.value === null) return <div class="page flow" aria-busy="true" />;
  const { Page } = loaded.value;
  return <Page {...props} />;
}

/** The coordinator is away, or is of another version since this document came, and has no file of that name any more. */
function NotLoaded({ again }: { again: () => void }) {
  return (
    <div class="page flow">
      <Heading title="Not loaded · Valence">This page could not be loaded</Heading>
      <p>The coordinator does not answer, or has another version of this page by now.</p>
      <div class="buttons">
        <button type="button" class="button button-main" onClick={again}>
          Try again
        </button>
        <button type="button" class="button" onClick={() => location.reload()}>
          Reload everything
        </button>
      </div>
      <p class="aside">Reloading ends what this tab computes; it can be started again.</p>
    </div>
  );
}
