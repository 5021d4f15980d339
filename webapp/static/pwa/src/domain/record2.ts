/** Capture records of version 2: any holder's, of a visit or of an occasion (`tests/contracts/capture-records-2.json`). */

import { utf8, type Bytes } from "./bytes";
import { sharedMembers, type SharedFrame, type SharedInput } from "./record";

/** To whom the key belongs: an account, or one invitation of a relative. */
export type Holder = { account: string } | { link: string };

/** What the record hangs on; the challenge is derived from the id that is there. */
export type Subject = { visit_id: string; subject_ref: string } | { occasion_id: string };

export type AnyFrame = SharedFrame & { holder: Holder };

export function buildRecord2(subject: Subject, input: SharedInput, frame: AnyFrame): Bytes {
  return utf8(
    JSON.stringify({
      v: 2,
      kind: input.kind,
      capture_id: frame.capture_id,
      ...("occasion_id" in subject
        ? { occasion_id: subject.occasion_id }
        : { visit_id: subject.visit_id, subject_ref: subject.subject_ref }),
      holder: frame.holder,
      ...sharedMembers(input, frame),
    }),
  );
}

export const subjectId = (subject: Subject): string => ("occasion_id" in subject ? subject.occasion_id : subject.visit_id);

/** Names the member that has no one meaning, and why, as the server's `bad_record` does. */
export class RecordFault extends Error {
  constructor(
    readonly field: string,
    readonly reason: string,
  ) {
    super(`${field}: ${reason}`);
  }
}

type Members = Record<string, unknown>;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const has = (members: Members, name: string): boolean => members[name] !== undefined && members[name] !== null;

function uuid(members: Members, name: string, path = ""): string {
  const value = members[name];
  if (typeof value !== "string" || !UUID.test(value)) throw new RecordFault(path + name, "pattern");
  return value;
}

/** Reads whose a record of either version is and what it is about; throws `RecordFault`. */
export function readSender(record: string): { holder: Holder; subject: Subject } {
  const members = JSON.parse(record) as Members;
  if (members["v"] !== 1 && members["v"] !== 2) throw new RecordFault("v", "integer");
  return { subject: readSubject(members), holder: readHolder(members) };
}

function readHolder(members: Members): Holder {
  if (members["v"] === 1) return { account: uuid(members, "worker_id") };
  if (has(members, "worker_id")) throw new RecordFault("worker_id", "unexpected");
  const holder = members["holder"];
  if (typeof holder !== "object" || holder === null || Array.isArray(holder)) throw new RecordFault("holder", "object");
  const named = (["account", "link"] as const).filter((kind) => has(holder as Members, kind));
  if (named.length !== 1) throw new RecordFault("holder", "choice");
  const id = uuid(holder as Members, named[0]!, "holder.");
  return named[0] === "account" ? { account: id } : { link: id };
}

function readSubject(members: Members): Subject {
  if (members["v"] === 2 && has(members, "occasion_id")) {
    for (const name of ["visit_id", "subject_ref"]) if (has(members, name)) throw new RecordFault(name, "unexpected");
    return { occasion_id: uuid(members, "occasion_id") };
  }
  const visit_id = uuid(members, "visit_id");
  if (typeof members["subject_ref"] !== "string") throw new RecordFault("subject_ref", "text");
  return { visit_id, subject_ref: members["subject_ref"] };
}
