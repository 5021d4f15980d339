/** What the browser says it has been allowed; many say nothing, and then nothing is guessed. */

export type Permission = "camera" | "microphone" | "geolocation";
export type PermissionState = "granted" | "denied" | "prompt" | "unknown";

const ASKED: readonly Permission[] = ["camera", "microphone", "geolocation"];

export function readPermissions(): Promise<[Permission, PermissionState][]> {
  return Promise.all(ASKED.map(async (name): Promise<[Permission, PermissionState]> => [name, await read(name)]));
}

async function read(name: Permission): Promise<PermissionState> {
  try {
    return (await navigator.permissions.query({ name: name as PermissionName })).state;
  } catch {
    return "unknown";
  }
}
