import { CONSENT } from "./consent.js";

/** What runs, what it cannot reach, what it costs, what is kept, when it ends. */
export function ConsentText() {
  return (
    <dl class="consent">
      {CONSENT.map(({ title, text }) => (
        <div key={title}>
          <dt>{title}</dt>
          <dd>{text}</dd>
        </div>
      ))}
    </dl>
  );
}
