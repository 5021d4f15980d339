/** The addresses of the screens; reading one back must give the same screen after a reload. */

export type CaptureUse = "photo" | "video" | "document";

export type Route =
  | { screen: "day" | "outbox" | "settings" | "sign-in" | "password" }
  | { screen: "visit" | "attempt"; visitId: string }
  | { screen: "capture"; visitId: string; use: CaptureUse }
  | { screen: "result"; visitId: string; step: string | null };

const USES: readonly string[] = ["photo", "video", "document"];

/** An unknown address leads to today rather than to a dead end. */
export function readRoute(path: string): Route {
  const parts = path
    .replace(/^\/app\/?/, "")
    .split("/")
    .filter(Boolean);
  const [first, visitId, part, more] = parts;
  if (first === "outbox" || first === "settings" || first === "sign-in" || first === "password") return { screen: first };
  if (first !== "visits" || !visitId) return { screen: "day" };
  if (part === "attempt") return { screen: "attempt", visitId };
  if (part === "result") return { screen: "result", visitId, step: more ?? null };
  if (part === "capture" && more && USES.includes(more)) {
    return { screen: "capture", visitId, use: more as CaptureUse };
  }
  return { screen: "visit", visitId };
}

export const PASSWORD_PATH = "/app/password";
export const visitPath = (visitId: string): string => `/app/visits/${visitId}`;
export const attemptPath = (visitId: string): string => `/app/visits/${visitId}/attempt`;
export const capturePath = (visitId: string, use: CaptureUse): string => `/app/visits/${visitId}/capture/${use}`;
export const resultPath = (visitId: string, step?: string): string => `/app/visits/${visitId}/result${step ? `/${step}` : ""}`;
