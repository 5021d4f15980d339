/** One look before keeping: a picture that is blank, a video that is short, or a phone that is full. */

import { word } from "../../i18n";
import { Title } from "../../ui/frame";
import { Icon } from "../../ui/icon";
import { Button } from "../../ui/parts";
import { t } from "../../i18n";
import { announce } from "../../ui/announce";
import { ShotView } from "./kept";
import { toAlbum } from "./leaving";
import type { Shot } from "./shot";

/** What no second try would keep. */
const HOPELESS: readonly string[] = ["too_large", "wrong_type", "unplayable"];

interface DoubtfulProps {
  shot: Shot;
  /** `blank`, `short`, or the store's own code. */
  why: string;
  failed: boolean;
  onRedo: () => void;
  onKeep: () => void;
}

export function Doubtful({ shot, why, failed, onRedo, onKeep }: DoubtfulProps) {
  const isHopeless = HOPELESS.includes(why);
  const main =
    failed && !isHopeless ? { act: onKeep, words: t("capture.try_save") } : { act: onRedo, words: t("capture.retake") };
  const other = failed ? { act: onRedo, words: t("capture.drop") } : { act: onKeep, words: t("capture.keep_anyway") };
  return (
    <main class="finder">
      <header class="finder__top">
        <Title>{t(failed ? "capture.not_kept" : "capture.look")}</Title>
      </header>
      <ShotView shot={shot} />
      <div class="finder__bottom">
        <p class="finder__warning" role="alert">
          <Icon name="warning" />
          {word("doubt", why)}
        </p>
        <Button look="main" icon={failed ? "refresh" : "retake"} onClick={main.act}>
          {main.words}
        </Button>
        {failed && <AlbumButton shot={shot} />}
        {!isHopeless && (
          <button type="button" class="glass" onClick={other.act}>
            {other.words}
          </button>
        )}
      </div>
    </main>
  );
}

function AlbumButton({ shot }: { shot: Shot }) {
  const save = (): void => {
    toAlbum(shot);
    announce(t("leaving.in_album"));
  };
  return (
    <button type="button" class="glass" onClick={save}>
      <Icon name="download" />
      {t("leaving.album")}
    </button>
  );
}
