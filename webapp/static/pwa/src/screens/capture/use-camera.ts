/** The camera for as long as its screen is looked at: closed when the app is hidden, opened again when it comes back. */

import { useEffect, useState } from "preact/hooks";

import { CameraError, openCamera, type Camera, type CameraTrouble, type CameraUse } from "../../device/camera";

export interface CameraHold {
  camera: Camera | null;
  trouble: CameraTrouble | null;
  retry: () => void;
}

export function useCamera(use: CameraUse, ready: boolean): CameraHold {
  const [camera, setCamera] = useState<Camera | null>(null);
  const [trouble, setTrouble] = useState<CameraTrouble | null>(null);
  const [tries, setTries] = useState(0);
  const visible = useVisible();

  useEffect(() => {
    if (!ready || !visible) return undefined;
    let opened: Camera | null = null;
    let left = false;
    openCamera(use).then(
      (found) => {
        if (left) return found.stop();
        opened = found;
        found.onEnded(() => !left && setTrouble("busy"));
        setTrouble(null);
        setCamera(found);
      },
      (error: unknown) => !left && setTrouble(error instanceof CameraError ? error.trouble : "unsupported"),
    );
    return () => {
      left = true;
      opened?.stop();
      setCamera(null);
    };
  }, [use, ready, visible, tries]);

  return { camera, trouble, retry: () => setTries((count) => count + 1) };
}

function useVisible(): boolean {
  const [visible, setVisible] = useState(document.visibilityState !== "hidden");
  useEffect(() => {
    const follow = (): void => setVisible(document.visibilityState !== "hidden");
    document.addEventListener("visibilitychange", follow);
    return () => document.removeEventListener("visibilitychange", follow);
  }, []);
  return visible;
}
