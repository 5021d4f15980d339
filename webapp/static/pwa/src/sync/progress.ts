/** Counts what has moved on, so that a line which carries something is not waited for as if it carried nothing. */

let marks = 0;

/** Something that the server did not hold before is there now, or is known to be. */
export function noteProgress(): void {
  marks++;
}

export function progressMarks(): number {
  return marks;
}
