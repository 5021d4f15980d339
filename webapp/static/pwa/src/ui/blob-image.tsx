/** A picture that is kept as a file on the phone; its address lives as long as it is shown. */

import { useEffect, useState } from "preact/hooks";

interface BlobImageProps {
  load: () => Promise<Blob | null>;
  alt: string;
  class?: string;
}

export function useBlobAddress(load: () => Promise<Blob | null>): string | null {
  const [address, setAddress] = useState<string | null>(null);
  useEffect(() => {
    let url: string | null = null;
    let left = false;
    void load()
      .then((blob) => {
        if (left || !blob) return;
        url = URL.createObjectURL(blob);
        setAddress(url);
      })
      .catch(() => undefined);
    return () => {
      left = true;
      if (url) URL.revokeObjectURL(url);
    };
  }, []);
  return address;
}

export function BlobImage({ load, alt, class: looks = "thumb" }: BlobImageProps) {
  const address = useBlobAddress(load);
  return address ? <img class={looks} src={address} alt={alt} decoding="async" /> : <span class={looks} aria-hidden="true" />;
}
