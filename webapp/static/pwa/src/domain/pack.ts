/** What comes in the pack (design §4): visits, people, limits. */

import type { VisitKind } from "./requirements";
import type { VisitStatus } from "./codes";
import type { Attempt } from "./report";
import type { NewPhone, PasswordNotice } from "./session";

export interface PackVisit {
  visit_id: string;
  kind: VisitKind;
  person_id: string;
  subject_ref: string;
  /** The occasion to which the visit belongs, if any; offices of before do not say. */
  occasion_id?: string | null;
  /** A calendar day, YYYY-MM-DD, in Zibo. */
  due_on: string;
  window: { from: string | null; to: string | null } | null;
  status: VisitStatus;
  assigned_at: string | null;
  note: string;
  returned: { words: string; at: string } | null;
  /** Which results of this worker's the office has, and where each stands; offices of before do not say. */
  results?: OfficeResult[];
  attempts?: Attempt[];
}

export interface Occasion {
  occasion_id: string;
  kind: string;
  place: string;
  held_on: string;
}

export interface OfficeResult {
  result_id: string;
  /** `returned` and `superseded` answer the visit no longer. */
  state: string;
}

export interface Contact {
  name: string;
  relation: string;
  phone: string | null;
}

export interface Place {
  lat: number;
  lon: number;
  accuracy_m: number | null;
}

export interface Person {
  person_id: string;
  name: string;
  /** Empty for a volunteer, who is told no part of the number. */
  masked_number: string;
  birth_year: number | null;
  /** The day on which the person was last seen and accepted; packs of before do not say. */
  last_seen_on?: string | null;
  sex: string | null;
  address: string;
  area: string;
  is_rural?: boolean;
  phones: string[];
  contacts: Contact[];
  location: Place | null;
  /** The address of last year's picture, or null. */
  photo: string | null;
}

/** One visit with its person, as the screens list it. */
export interface Case {
  visit: PackVisit;
  person: Person;
  /** Set when the office took the visit away while work of it was still on this phone. */
  removed: { reason: string; at: string } | null;
}

export interface Limits {
  photo_max_bytes: number;
  video_max_bytes: number;
  record_max_bytes: number;
  video_max_s: number;
  near_town_m: number;
  near_village_m: number;
  ticket_count: number;
  /** The largest delivery that the office takes; offices without deliveries do not say. */
  delivery_max_bytes: number;
}

/** A pack is told by sections, which the phone keeps apart: what changed, what is said whole, and what everybody holds alike. */
export interface VisitSection {
  visits: PackVisit[];
  people: Person[];
  /** What captures of several people may hang on, as far as a visit of this page names it; offices of before do not say. */
  occasions?: Occasion[];
  removed: { visit_id: string; reason: string }[];
}

export interface AccountSection {
  /** Phones in the worker's name that the worker was not asked about; offices of before do not send them. */
  new_phones?: NewPhone[];
  /** That somebody else set the worker's password, for a while after it. */
  password_notice?: PasswordNotice | null;
}

export interface ReferenceSection {
  codes: unknown;
  settings: Partial<Limits> | null;
}

export interface PackPage {
  cursor: string;
  next: string | null;
  /** That this page begins from nothing: what it and the following ones do not name is no longer the worker's. */
  anew?: boolean;
  checkpoint: string;
}

export interface Pack extends PackPage, VisitSection, AccountSection, ReferenceSection {}
