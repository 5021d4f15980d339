/** Turning what a camera or a picker gives into one JPEG that every phone can make, and telling a blank picture from a real one. */

export interface Picture {
  blob: Blob;
  width: number;
  height: number;
}

export interface Brightness {
  /** Mean of 0 (black) to 255 (white). */
  mean: number;
  /** Standard deviation; a lens cap or a failed canvas has nearly none. */
  spread: number;
}

type Drawable = HTMLVideoElement | HTMLImageElement | ImageBitmap;

/** Enough to recognise a face across a room, small enough for a village line; and far below the 16.7 MP at which iOS canvases fail silently. */
const LONG_SIDE = 1920;
const QUALITY = 0.85;
const PROBE = { width: 32, height: 24 };

export function sizeOf(source: Drawable): { width: number; height: number } {
  if (source instanceof HTMLVideoElement) {
    return { width: source.videoWidth, height: source.videoHeight };
  }
  if (source instanceof HTMLImageElement) {
    return { width: source.naturalWidth, height: source.naturalHeight };
  }
  return { width: source.width, height: source.height };
}

/** The size after shrinking so that the long side fits; never larger than the source. */
export function fitted(size: { width: number; height: number }, longSide: number = LONG_SIDE): { width: number; height: number } {
  const share = Math.min(1, longSide / Math.max(size.width, size.height));
  return { width: Math.round(size.width * share), height: Math.round(size.height * share) };
}

export async function drawPicture(source: Drawable): Promise<Picture> {
  const size = fitted(sizeOf(source));
  const canvas = canvasOf(size);
  contextOf(canvas).drawImage(source, 0, 0, size.width, size.height);
  const blob = await toJpeg(canvas);
  // Phones with little memory keep a canvas alive until it is empty.
  canvas.width = canvas.height = 0;
  return { blob, ...size };
}

/** A picture from the picker or from `takePhoto`; whatever type it claims, a JPEG comes out. Throws when the phone cannot read it. */
export async function redrawPicture(file: Blob): Promise<Picture> {
  const url = URL.createObjectURL(file);
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const shrunk = await shrink(file, fitted(sizeOf(image)));
    return await drawPicture(shrunk ?? image);
  } finally {
    URL.revokeObjectURL(url);
  }
}

async function shrink(file: Blob, size: { width: number; height: number }): Promise<ImageBitmap | null> {
  try {
    const bitmap = await createImageBitmap(file, {
      resizeWidth: size.width,
      resizeHeight: size.height,
      resizeQuality: "high",
    });
    return bitmap.width === size.width && bitmap.height === size.height ? bitmap : null;
  } catch {
    // Older Safari refuses the options: the whole image is drawn small instead.
    return null;
  }
}

export function measureBrightness(source: Drawable): Brightness {
  const canvas = canvasOf(PROBE);
  const context = contextOf(canvas);
  context.drawImage(source, 0, 0, PROBE.width, PROBE.height);
  return brightnessOf(context.getImageData(0, 0, PROBE.width, PROBE.height).data);
}

export async function brightnessOfFile(file: Blob): Promise<Brightness> {
  const url = URL.createObjectURL(file);
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    return measureBrightness(image);
  } finally {
    URL.revokeObjectURL(url);
  }
}

export function brightnessOf(pixels: Uint8ClampedArray): Brightness {
  const count = pixels.length / 4;
  let sum = 0;
  let squares = 0;
  for (let at = 0; at < pixels.length; at += 4) {
    const light = 0.299 * (pixels[at] ?? 0) + 0.587 * (pixels[at + 1] ?? 0) + 0.114 * (pixels[at + 2] ?? 0);
    sum += light;
    squares += light * light;
  }
  const mean = sum / count;
  return { mean, spread: Math.sqrt(Math.max(0, squares / count - mean * mean)) };
}

export function isBlank({ mean, spread }: Brightness): boolean {
  return spread < 3 || (mean < 10 && spread < 8);
}

export function isDark({ mean }: Brightness): boolean {
  return mean < 45;
}

function canvasOf(size: { width: number; height: number }): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = size.width;
  canvas.height = size.height;
  return canvas;
}

function contextOf(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  const context = canvas.getContext("2d", { alpha: false });
  if (!context) throw new Error("canvas_unavailable");
  return context;
}

function toJpeg(canvas: HTMLCanvasElement): Promise<Blob> {
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob?.size ? resolve(blob) : reject(new Error("picture_empty"))), "image/jpeg", QUALITY);
  });
}
