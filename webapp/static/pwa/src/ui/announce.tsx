/** Short messages that come and go, also for those who listen instead of looking. */

import { useEffect, useState } from "preact/hooks";

const SHOWN_MS = 4000;
let show: (words: string) => void = () => undefined;

export function announce(words: string): void {
  show(words);
}

export function Announcer() {
  const [words, setWords] = useState("");
  useEffect(() => {
    show = setWords;
  }, []);
  useEffect(() => {
    if (!words) return undefined;
    const timer = setTimeout(() => setWords(""), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [words]);
  return (
    <div role="status" aria-live="polite">
      {words && <div class="toast rise">{words}</div>}
    </div>
  );
}
