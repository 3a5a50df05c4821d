import { render } from "preact";

const app = document.querySelector("#app");
if (app) render(<h1>Valence</h1>, app);
