/** Small visits, persons and captures for tests; invented, like every person here. */

import { joined, utf8 } from "../../webapp/static/pwa/src/domain/bytes";
import type { CaptureInput } from "../../webapp/static/pwa/src/domain/capture";
import type { PackVisit, Person } from "../../webapp/static/pwa/src/domain/pack";

export function visit(visit_id: string, given: Partial<PackVisit> = {}): PackVisit {
  return {
    visit_id,
    kind: "home",
    person_id: `person-of-${visit_id}`,
    subject_ref: "s_1",
    due_on: "2027-01-20",
    window: null,
    status: "assigned",
    assigned_at: null,
    note: "",
    returned: null,
    attempts: [],
    ...given,
  };
}

export function person(given: Partial<Person> = {}): Person {
  return {
    person_id: "p",
    name: "测试甲",
    masked_number: "370399********0018",
    birth_year: 1940,
    sex: "female",
    address: "",
    area: "",
    phones: [],
    contacts: [],
    location: null,
    photo: null,
    ...given,
  };
}

/** Bytes that begin as a JPEG does, with some text behind. */
export function picture(text: string): Uint8Array<ArrayBuffer> {
  return text ? joined(Uint8Array.of(0xff, 0xd8, 0xff), utf8(text)) : new Uint8Array(0);
}

/** Bytes that begin as a WebM does. */
export function film(text: string): Uint8Array<ArrayBuffer> {
  return joined(Uint8Array.of(0x1a, 0x45, 0xdf, 0xa3), utf8(`webm${text}`));
}

export function capture(
  visit_id: string,
  bytes: Uint8Array | string = "a picture",
  given: Partial<CaptureInput> = {},
): CaptureInput {
  return {
    visit_id,
    subject_ref: "s_1",
    kind: "photo",
    challenge: null,
    flags: [],
    app_build: "test",
    media: [
      {
        blob: new Blob([(typeof bytes === "string" ? picture(bytes) : bytes) as BlobPart], { type: "image/jpeg" }),
        mime: "image/jpeg",
        width: 4,
        height: 3,
        duration_ms: null,
        source: "camera",
      },
    ],
    clock: {
      wall: "2027-01-12T01:23:45.678Z",
      monotonic_ms: 1,
      time_origin: "2027-01-12T01:22:12.467Z",
      tz: "Asia/Shanghai",
      server_offset_ms: null,
    },
    position: { error: "denied" },
    ...given,
  };
}
