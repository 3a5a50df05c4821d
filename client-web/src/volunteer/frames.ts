/** The frames of the page in which atoms run. Knows only that a frame gets a port when it is there. */

/** Put in by the build. */
declare const __FRAME_PATH__: string;

export class Frames {
  readonly #frames = new Map<number, HTMLIFrameElement>();

  /** The frame is a pixel in a corner, for browsers slow down what cannot be seen. */
  open(id: number, port: MessagePort): void {
    const frame = document.createElement("iframe");
    frame.src = __FRAME_PATH__;
    frame.sandbox.add("allow-scripts");
    frame.title = "Where atoms run";
    frame.tabIndex = -1;
    frame.ariaHidden = "true";
    Object.assign(frame.style, {
      position: "fixed",
      right: "0",
      bottom: "0",
      width: "1px",
      height: "1px",
      border: "0",
      opacity: "0",
      pointerEvents: "none",
    });
    // Its origin is opaque, so no other target would do; what it is told is a port and nothing secret.
    frame.addEventListener("load", () => frame.contentWindow?.postMessage(null, "*", [port]), { once: true });
    this.#frames.set(id, frame);
    document.body.append(frame);
  }

  close(id: number): void {
    this.#frames.get(id)?.remove();
    this.#frames.delete(id);
  }

  clear(): void {
    for (const id of [...this.#frames.keys()]) this.close(id);
  }
}
