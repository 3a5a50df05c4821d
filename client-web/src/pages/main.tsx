import { render } from "preact";
import { openLending } from "../volunteer/open-lending.js";

const app = document.querySelector("#app");
const lending = openLending();
lending.onChange((v) => draw(v));
function draw(v: unknown) {
  if (app)
    render(
      <div>
        <h1>Valence</h1>
        <button type="button" onClick={() => lending.start(2)}>
          Start
        </button>
        <button type="button" onClick={() => lending.stop()}>
          Stop
        </button>
        <button type="button" onClick={() => lending.pause()}>
          Pause
        </button>
        <pre>{JSON.stringify(v, null, 1)}</pre>
      </div>,
      app,
    );
}
draw(lending.view);
