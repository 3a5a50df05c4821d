import { short } from "@valence/shared/human";
import { useRef } from "preact/hooks";
import { type TrailPoint, trailShape, trailWith } from "./estimate-trail.js";
import type { Estimate } from "./result-view.js";

/** The mean and its interval since this page was opened: it draws together. */
export function EstimateFigure({ estimate }: { estimate: Estimate }) {
  const seen = useRef<readonly TrailPoint[]>([]);
  seen.current = trailWith(seen.current, estimate);
  const shape = trailShape(seen.current);
  if (!shape) return null;
  return (
    <figure class="trail">
      <svg
        viewBox="0 0 100 100"
        preserveAspectRatio="none"
        role="img"
        aria-label="The estimate and its interval over time"
      >
        <polygon class="trail-interval" points={shape.interval} />
        <polyline class="trail-mean" points={shape.mean} />
      </svg>
      <figcaption class="aside">
        <span>n {short(seen.current[0]?.n ?? 0)}</span>
        <span>since this page was opened</span>
        <span>n {short(estimate.n)}</span>
      </figcaption>
    </figure>
  );
}
