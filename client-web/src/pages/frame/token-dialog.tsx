import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { knowsToken } from "../grid/ask.js";
import { asFault } from "../grid/fault.js";
import { enterToken, forgetToken, token, tokenRefused } from "../grid/token.js";
import { Dialog } from "../parts/dialog.js";
import { tellVisitor } from "../parts/notice.js";

export function TokenDialog({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title="Token" onClose={onClose}>
      {token.value === null ? <EnterToken onClose={onClose} /> : <HeldToken onClose={onClose} />}
    </Dialog>
  );
}

function HeldToken({ onClose }: { onClose: () => void }) {
  const forget = () => {
    forgetToken();
    tellVisitor("The token is forgotten.");
    onClose();
  };
  return (
    <>
      <p>This tab holds a token: it may steer jobs and read what failed. It goes when the tab is closed.</p>
      <div class="buttons">
        <button type="button" class="button button-danger" onClick={forget}>
          Forget it
        </button>
        <button type="button" class="button" onClick={onClose}>
          Keep it
        </button>
      </div>
    </>
  );
}

function EnterToken({ onClose }: { onClose: () => void }) {
  const input = useRef<HTMLInputElement>(null);
  const fault = useSignal(tokenRefused.value ? "The coordinator did not know the last one." : "");
  const enter = async (event: Event) => {
    event.preventDefault();
    fault.value = await refusalOf(input.current?.value.trim() ?? "");
    if (fault.value !== "") return input.current?.focus();
    tellVisitor("The token is held by this tab.");
    onClose();
  };
  return (
    <form class="flow" onSubmit={enter}>
      <p>
        Whoever lends a tab needs none. With one you steer jobs and read what failed. <code>valence serve</code> says
        where it is kept.
      </p>
      <label class="field">
        <span>Token</span>
        <input
          ref={input}
          type="password"
          autocomplete="off"
          spellcheck={false}
          required
          aria-invalid={fault.value !== ""}
          aria-describedby="token-fault"
        />
      </label>
      <p id="token-fault" class="field-fault" role="status">
        {fault.value}
      </p>
      <div class="buttons">
        <button type="submit" class="button button-main">
          Hold it in this tab
        </button>
        <button type="button" class="button" onClick={onClose}>
          Cancel
        </button>
      </div>
    </form>
  );
}

/** Holds the token if the coordinator knows it; else why not. */
async function refusalOf(text: string): Promise<string> {
  try {
    if (!/^[\x21-\x7e]{1,256}$/.test(text)) return "That is no token: it has letters, digits and signs, and no spaces.";
    if (!(await knowsToken(text))) return "This coordinator does not know that token.";
    enterToken(text);
    return "";
  } catch (error) {
    return asFault(error).message;
  }
}
