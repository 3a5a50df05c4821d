import { CopyButton } from "../parts/copy-button.js";

/** For machines without a screen. */
export function LendServer() {
  const command = `npx --no valence work --url ${location.origin}`;
  return (
    <section class="flow" aria-labelledby="server-title">
      <h2 id="server-title">Lend a server</h2>
      <p>With Node and a checkout of Valence on it, in a terminal there:</p>
      <div class="command">
        <code>{command}</code>
        <CopyButton text={() => command} what="the command" />
      </div>
      <p class="aside">
        It runs atoms that you trust by token or hash; <code>valence help work</code> says how.
      </p>
    </section>
  );
}
