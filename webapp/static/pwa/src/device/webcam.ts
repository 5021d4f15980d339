/** The camera on an office's desk. */

import { drawPicture, type Picture } from "./picture";

export class Webcam {
  readonly #stream: MediaStream;

  private constructor(
    readonly view: HTMLVideoElement,
    stream: MediaStream,
  ) {
    this.#stream = stream;
  }

  /** Throws what the browser throws when there is no camera, or the page may not use it. */
  static async open(view: HTMLVideoElement): Promise<Webcam> {
    const stream = await navigator.mediaDevices.getUserMedia({ video: { width: { ideal: 1280 }, height: { ideal: 720 } } });
    view.srcObject = stream;
    await view.play();
    return new Webcam(view, stream);
  }

  shoot(): Promise<Picture> {
    return drawPicture(this.view);
  }

  close(): void {
    for (const track of this.#stream.getTracks()) track.stop();
    this.view.srcObject = null;
  }
}
