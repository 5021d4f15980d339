/** The code that stands on the viewfinder and what to ask for; without a ticket, that there is none this time. */

import { hintsOnline } from "../../device/link";
import type { Challenge } from "../../domain/capture";
import { t, word } from "../../i18n";
import type { CaptureUse } from "../model/route";

interface ChallengeWordsProps {
  /** Undefined while it is being read; null without a valid ticket. */
  challenge: Challenge | null | undefined;
  use: CaptureUse;
}

export function ChallengeWords({ challenge, use }: ChallengeWordsProps) {
  if (challenge === undefined) return null;
  if (!challenge) return <p>{t(hintsOnline() ? "challenge.none" : "challenge.none_offline")}</p>;
  // A still picture shows neither a voice nor a turning head: there the number itself must be in the frame.
  const inFrame = use === "photo" && challenge.action !== "hold_code";
  return (
    <div class="challenge">
      <span class="challenge__code">{challenge.code}</span>
      <span class="challenge__action">{inFrame ? t("challenge.in_photo") : word("challenge", challenge.action)}</span>
    </div>
  );
}
