/** A long list of which only the part near the eye is drawn, whatever the height of its items. */

import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

/** Few enough that drawing one chunk fits into a frame or two of a slow phone. */
const CHUNK = 6;
/** How far beyond the screen a chunk is drawn before it comes into sight, in pixels. */
const AHEAD = 900;

interface WindowedProps<Item> {
  items: readonly Item[];
  label: string;
  keyOf: (item: Item) => string;
  draw: (item: Item) => ComponentChildren;
  /** The height of one item in pixels until it has been measured. */
  guess: number;
}

export function Windowed<Item>({ items, label, keyOf, draw, guess }: WindowedProps<Item>) {
  const chunks: Item[][] = [];
  for (let at = 0; at < items.length; at += CHUNK) chunks.push(items.slice(at, at + CHUNK));
  return (
    <div class="visit-list" role="list" aria-label={label}>
      {chunks.map((chunk, number) => (
        <Chunk key={number} eager={number === 0} height={chunk.length * guess}>
          {() =>
            chunk.map((item, at) => (
              <div role="listitem" key={keyOf(item)} aria-posinset={number * CHUNK + at + 1} aria-setsize={items.length}>
                {draw(item)}
              </div>
            ))
          }
        </Chunk>
      ))}
    </div>
  );
}

interface ChunkProps {
  eager: boolean;
  height: number;
  children: () => ComponentChildren;
}

function Chunk({ eager, height, children }: ChunkProps) {
  const box = useRef<HTMLDivElement>(null);
  const measured = useRef(0);
  const [near, setNear] = useState(eager);
  useEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    const observer = new IntersectionObserver(
      ([entry]) => {
        if (!entry) return;
        if (!entry.isIntersecting && element.offsetHeight) measured.current = element.offsetHeight;
        setNear(entry.isIntersecting);
      },
      { rootMargin: `${AHEAD}px 0px` },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return (
    <div ref={box} role="presentation" style={near ? {} : { height: `${measured.current || height}px` }}>
      {near && children()}
    </div>
  );
}
