/** What the viewfinder is given, and what stands in for it where the camera cannot be opened. */

import type { LocationState } from "../../device/location";
import type { Challenge } from "../../domain/capture";
import type { CaptureUse } from "../model/route";
import type { Shot } from "./shot";

export interface FinderProps {
  visitId: string;
  use: CaptureUse;
  /** True once the draft is stored and the camera may open. */
  ready: boolean;
  saving: boolean;
  /** Undefined while it is being read; null without a valid ticket. */
  challenge: Challenge | null | undefined;
  place: LocationState;
  onShot: (shot: Shot) => void;
}
