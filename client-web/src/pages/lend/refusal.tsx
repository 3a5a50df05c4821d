import type { LendingView } from "../../volunteer/lending.js";

/** Why the grid does not take this tab, and what to do about it. */
export function Refusal({ refusal }: { refusal: LendingView["refusal"] }) {
  if (refusal === null) return null;
  const outdated = refusal.code === "protocol_version";
  return (
    <div class="alert" role="alert">
      <p>
        <strong>
          {outdated ? "The grid has a newer version than this page." : "The grid does not take this tab."}
        </strong>{" "}
        <span class="stranger">{outdated ? "Reload it, and start again." : refusal.message}</span>
      </p>
      {outdated && (
        <button type="button" class="button" onClick={() => location.reload()}>
          Reload
        </button>
      )}
    </div>
  );
}
