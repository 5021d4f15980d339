/** Starts the screens; sending and the service worker start beside them and are never waited for. */

import { render } from "preact";

import { holdInstallOffer } from "./device/browser";
import { App } from "./screens/app";
import { openPorts } from "./app/open-ports";
import { applyLook } from "./ui/look";

applyLook();
// The screens restore their own places, for a list is drawn only after it was read.
history.scrollRestoration = "manual";
holdInstallOffer();
const root = document.getElementById("app");
if (root) {
  root.textContent = "";
  render(<App ports={openPorts()} />, root);
}
