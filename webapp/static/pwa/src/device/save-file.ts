/** Handing a file to the phone itself: browsers put it among the downloads, and phones show pictures from there in their album. */

export function saveFile(file: Blob, name: string): void {
  const url = URL.createObjectURL(file);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** The date and time for a name, by the phone's clock in UTC: 202701120912. */
export function stampOf(now: Date): string {
  return now.toISOString().slice(0, 16).replace(/[-:T]/g, "");
}
