/** What whoever holds a token may do with the job. Without one it is not there. */
import { useSignal } from "@preact/signals";
import type { JobView } from "@valence/shared/job-view";
import type { ComponentType } from "preact";
import { go } from "../frame/navigation.js";
import { ask, tell } from "../grid/ask.js";
import { isJobView } from "../grid/checks.js";
import { asFault } from "../grid/fault.js";
import { token } from "../grid/token.js";
import { Dialog } from "../parts/dialog.js";
import { CrossIcon, PauseIcon, PlayIcon, RetryIcon, TrashIcon } from "../parts/icons.js";
import { tellVisitor } from "../parts/notice.js";
import { type Action, type ActionName, actionsFor } from "./actions.js";

const ICONS: Readonly<Record<ActionName, ComponentType>> = {
  pause: PauseIcon,
  resume: PlayIcon,
  retry: RetryIcon,
  cancel: CrossIcon,
  delete: TrashIcon,
};

/** Actions that take each other's place are one button, which keeps the focus. */
const PLACES: Readonly<Record<ActionName, string>> = {
  pause: "go on or not",
  resume: "go on or not",
  retry: "retry",
  cancel: "end",
  delete: "end",
};

type ActionsProps = {
  readonly job: JobView;
  readonly retriable: boolean;
  /** The token is known to be of no use here. */
  readonly mayNot: boolean;
  readonly onAnswer: (job: JobView) => void;
};

export function Actions({ job, retriable, mayNot, onAnswer }: ActionsProps) {
  const asked = useSignal<Action | null>(null);
  const busy = useSignal(false);
  if (token.value === null || mayNot) return null;
  const act = async (action: Action) => {
    asked.value = null;
    busy.value = true;
    await perform(action, job.id, onAnswer);
    busy.value = false;
  };
  const press = (action: Action) => {
    if (busy.value) return;
    if (action.question) asked.value = action;
    else void act(action);
  };
  return (
    <div class="buttons actions">
      {actionsFor(job.state, retriable).map((action) => (
        <ActionButton key={PLACES[action.name]} action={action} busy={busy.value} onPress={() => press(action)} />
      ))}
      {asked.value && (
        <Question
          action={asked.value}
          onYes={() => asked.value && act(asked.value)}
          onNo={() => {
            asked.value = null;
          }}
        />
      )}
    </div>
  );
}

function ActionButton({ action, busy, onPress }: { action: Action; busy: boolean; onPress: () => void }) {
  const Picture = ICONS[action.name];
  const tone = action.question ? " button-danger" : "";
  return (
    <button type="button" class={`button${tone}`} aria-disabled={busy} onClick={onPress}>
      <Picture />
      {action.label}
    </button>
  );
}

function Question({ action, onYes, onNo }: { action: Action; onYes: () => void; onNo: () => void }) {
  return (
    <Dialog title={action.question?.title ?? action.label} onClose={onNo}>
      <p>{action.question?.text}</p>
      <div class="buttons">
        <button type="button" class="button button-danger" onClick={onYes}>
          {action.question?.yes}
        </button>
        <button type="button" class="button" onClick={onNo}>
          Leave it as it is
        </button>
      </div>
    </Dialog>
  );
}

async function perform(action: Action, id: string, onAnswer: (job: JobView) => void): Promise<void> {
  const path = `/jobs/${encodeURIComponent(id)}`;
  try {
    if (action.name === "delete") {
      await tell({ method: "DELETE", path });
      go("/jobs", { replace: true });
    } else onAnswer(await ask({ method: "POST", path: `${path}/${action.name}` }, isJobView));
    tellVisitor(action.done);
  } catch (error) {
    tellVisitor(asFault(error).message);
  }
}
