import { count } from "@valence/shared/human";
import { safeBlock, safeText } from "@valence/shared/safe-text";
import { EstimateFigure } from "./estimate-figure.js";
import { Histogram } from "./histogram.js";
import { estimateText, numberText } from "./number-text.js";
import { ResultTable } from "./result-table.js";
import type { Estimate, ResultView } from "./result-view.js";
import { Tree } from "./tree.js";

const TEXT_LETTERS_MAX = 2_000;

/** An aggregate as what it is. `small` within others. */
export function Result({ view, small = false }: { view: ResultView; small?: boolean }) {
  switch (view.kind) {
    case "nothing":
      return <p class="empty">Nothing yet.</p>;
    case "number":
      return <p class={small ? "number-small" : "big-number stranger"}>{numberText(view.value)}</p>;
    case "text":
      return <ResultText text={view.value} />;
    case "estimate":
      return <EstimateView estimate={view} small={small} />;
    case "histogram":
      return <Histogram histogram={view} />;
    case "table":
      return <ResultTable table={view} />;
    case "fields":
      return (
        <dl class="fields">
          {view.fields.map(([name, field]) => (
            <div key={name}>
              <dt class="stranger">{safeText(name)}</dt>
              <dd>
                <Result view={field} small />
              </dd>
            </div>
          ))}
        </dl>
      );
    case "tree":
      return <Tree value={view.value} />;
  }
}

function EstimateView({ estimate, small }: { estimate: Estimate; small: boolean }) {
  const { mean, halfWidth, low, high } = estimateText(estimate);
  return (
    <>
      <p class={small ? "number-small" : "big-number"}>
        {mean}
        {halfWidth !== null && <span class="unit"> ± {halfWidth}</span>}
      </p>
      <p class="aside">
        {low === null ? "Too few results for an interval" : `95 % interval ${low} to ${high}`} · n&nbsp;
        {count(estimate.n)}
        {estimate.variance !== null && ` · variance ${Number(estimate.variance.toPrecision(4))}`}
      </p>
      {!small && <EstimateFigure estimate={estimate} />}
    </>
  );
}

function ResultText({ text }: { text: string }) {
  const left = text.length - TEXT_LETTERS_MAX;
  return (
    <>
      <p class="result-text stranger">{safeBlock(text.slice(0, TEXT_LETTERS_MAX))}</p>
      {left > 0 && <p class="aside">{count(left)} more letters are not shown.</p>}
    </>
  );
}
