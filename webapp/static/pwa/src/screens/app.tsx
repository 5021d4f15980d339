/** The app as a whole: which screen the address asks for, and what lies over every screen. */

import { useEffect, useState } from "preact/hooks";

import { Announcer } from "../ui/announce";
import { currentPath, go, ROOT, usePath } from "../ui/navigation";
import { AttemptScreen } from "./attempt";
import { CaptureScreen } from "./capture/capture";
import { PortsContext, usePorts } from "./model/context";
import { DayScreen } from "./day";
import { OutboxScreen } from "./outbox";
import type { Ports, SessionView } from "../app/ports";
import { ResultScreen } from "./result/result";
import { attemptPath, readRoute, resultPath, type Route } from "./model/route";
import { PasswordScreen } from "./settings/password";
import { SettingsScreen } from "./settings/settings";
import { SignInScreen } from "./sign-in";
import { hasUnsaved, putAllAway, watchUnsaved } from "../app/unsaved";
import { UpdatePrompt } from "./update-prompt";
import { VanishedNotice } from "./vanished";
import { VisitScreen } from "./visit";

export function App({ ports }: { ports: Ports }) {
  return (
    <PortsContext.Provider value={ports}>
      <Screens />
      <UpdatePrompt />
      <Announcer />
    </PortsContext.Provider>
  );
}

function Screens() {
  const path = usePath();
  const session = useSession();
  const placed = useKeptPlace(path, session);
  useCloseGuard();
  if (session === undefined) return null;
  const route = readRoute(path);
  if (!session && route.screen !== "settings" && route.screen !== "outbox")
    return (
      <>
        <VanishedNotice />
        <SignInScreen />
      </>
    );
  // A list that gives way to a visit under the thumb would be pressed by mistake.
  if (session && !placed && path === ROOT) return null;
  return (
    <>
      <VanishedNotice />
      <ScreenOf key={session?.worker_id ?? ""} route={route} />
    </>
  );
}

function ScreenOf({ route }: { route: Route }) {
  switch (route.screen) {
    case "visit":
      return <VisitScreen key={route.visitId} visitId={route.visitId} />;
    case "attempt":
      return <AttemptScreen key={route.visitId} visitId={route.visitId} />;
    case "capture":
      return <CaptureScreen key={`${route.visitId}${route.use}`} visitId={route.visitId} use={route.use} />;
    case "result":
      return <ResultScreen key={route.visitId} visitId={route.visitId} step={route.step} />;
    case "sign-in":
      return <SignInScreen />;
    case "outbox":
      return <OutboxScreen />;
    case "settings":
      return <SettingsScreen />;
    case "password":
      return <PasswordScreen />;
    default:
      return <DayScreen />;
  }
}

/** Undefined while it is being read, null when nobody is signed in. */
function useSession(): SessionView | null | undefined {
  const ports = usePorts();
  const [session, setSession] = useState<SessionView | null | undefined>(undefined);
  useEffect(() => {
    const read = (): void => void followSession(ports).then(setSession, () => setSession(null));
    read();
    const unwatch = ports.watch(["session"], read);
    const unwatchHands = watchUnsaved(() => !hasUnsaved() && read());
    return () => {
      unwatch();
      unwatchHands();
    };
  }, [ports]);
  return session;
}

/** Another tab may sign out, or somebody else in: what is under the worker's hands here is put away first, and never taken from them. */
async function followSession(ports: Ports): Promise<SessionView | null> {
  if (!hasUnsaved()) {
    await putAllAway();
    if (!hasUnsaved()) await ports.followSession();
  }
  return ports.session();
}

/** Closing the tab or loading it anew asks first, in the browser's own words, while something is unsaved. */
function useCloseGuard(): void {
  useEffect(() => {
    const ask = (event: BeforeUnloadEvent): void => {
      if (!hasUnsaved()) return;
      event.preventDefault();
      event.returnValue = "";
    };
    addEventListener("beforeunload", ask);
    return () => removeEventListener("beforeunload", ask);
  }, []);
}

/** Phones kill the app while the camera is open and start it again at its first address: then it goes back to the same person and step. Says whether that is settled. */
function useKeptPlace(path: string, session: SessionView | null | undefined): boolean {
  const ports = usePorts();
  const [restored, setRestored] = useState(false);
  useEffect(() => {
    if (!session || restored) return;
    void placeToReturn(ports)
      .then((kept) => kept && go(kept, { restore: true }))
      .finally(() => setRestored(true));
  }, [session]);
  useEffect(() => {
    if (session && restored) void ports.keepPlace(path).catch(() => undefined);
  }, [path, restored]);
  return restored;
}

/** Only work that is still to do is worth coming back to: a finished visit leads to the list. */
async function placeToReturn(ports: Ports): Promise<string | null> {
  if (currentPath() !== ROOT) return null;
  const kept = await ports.place().catch(() => null);
  const route = kept ? readRoute(kept) : null;
  if (!route || !("visitId" in route)) return null;
  const visit = await ports.visit(route.visitId).catch(() => null);
  if (!visit || visit.stage === "done") return null;
  const place = route.screen === "result" ? await questionOf(ports, route.visitId) : kept;
  return currentPath() === ROOT ? place : null;
}

/** An answer is stored with the next question before that is shown, the place only after: the draft knows better. */
async function questionOf(ports: Ports, visitId: string): Promise<string> {
  const step = (await ports.draft(visitId).catch(() => null))?.step;
  return step === "attempt" ? attemptPath(visitId) : resultPath(visitId, step);
}
