/** Why a job stands still, below how far it is. */
import { now } from "../parts/clock.js";
import { secondsText } from "../parts/seconds-text.js";
import { Line } from "../parts/words.js";
import type { Told } from "./why-told.js";

/** Not read out as it changes, which numbers do: the page's one status says what it is, when that is another thing. */
export function Why({ label, told }: { label: string; told: readonly Told[] }) {
  if (told.length === 0) return null;
  return (
    <ul class="why" aria-label={label}>
      {told.map((each) => (
        <li key={each.code}>
          <Reason told={each} />
        </li>
      ))}
    </ul>
  );
}

function Reason({ told: { text, way, rest, until } }: { told: Told }) {
  return (
    <p>
      <Line text={text} />
      {way && (
        <>
          {" "}
          <a href={way.href}>{way.label}</a>, <Line text={rest} />
        </>
      )}
      {until !== null && <Until at={until} />}
    </p>
  );
}

/** Nothing when the time has come: the next answer says what is then. */
function Until({ at }: { at: string }) {
  const ms = Date.parse(at) - now.value;
  if (!(ms > 0)) return null;
  return (
    <>
      {" "}
      <time class="why-until" dateTime={at}>
        This changes in {secondsText(ms + 999)}.
      </time>
    </>
  );
}
