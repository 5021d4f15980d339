"""What a phone's storage holds, judged inside the page: whole captures or none, hash by hash."""

from dataclasses import dataclass
from typing import Any

from tests.e2e.phone import Phone

# Reads every capture of the phone and recomputes what its record, signature and files claim.
JUDGE_CAPTURES = """async () => {
  const database = await new Promise((resolve, reject) => {
    const asked = indexedDB.open("anzai");
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  const names = ["captures", "media", "outbox", "sessions", "receipts", "drafts", "reports"];
  const found = {};
  await new Promise(resolve => {
    const transaction = database.transaction(names);
    for (const name of names) {
      const asked = transaction.objectStore(name).getAll();
      asked.onsuccess = () => (found[name] = asked.result);
    }
    transaction.oncomplete = resolve;
  });
  database.close();
  const two = number => number.toString(16).padStart(2, "0");
  const hex = buffer => [...new Uint8Array(buffer)].map(two).join("");
  const sha256 = async bytes => hex(await crypto.subtle.digest("SHA-256", bytes));
  const raw = text => Uint8Array.from(
    atob(text.replace(/-/g, "+").replace(/_/g, "/")), char => char.charCodeAt(0));
  const curve = {name: "ECDSA", namedCurve: "P-256"};
  const faults = [];
  const captures = [];
  for (const row of found.captures) {
    const session = found.sessions.find(({worker_id}) => worker_id === row.worker_id);
    if (await sha256(row.record) !== row.record_sha256) faults.push(`record ${row.capture_id}`);
    if (session.device_kid === row.device_kid) {
      const key = await crypto.subtle.importKey("jwk", session.public_key, curve, true, ["verify"]);
      const prefix = new TextEncoder().encode("anzai-capture-v1\\n");
      const signed = new Uint8Array([...prefix, ...new Uint8Array(row.record)]);
      const how = {name: "ECDSA", hash: "SHA-256"};
      const holds = await crypto.subtle.verify(how, key, raw(row.signature), signed);
      if (!holds) faults.push(`signature ${row.capture_id}`);
    }
    for (const fact of row.media) {
      const item_id = `media/${row.capture_id}/${fact.sha256}`;
      const item = found.outbox.find(each => each.item_id === item_id);
      const file = found.media.find(each => each.item_id === item_id);
      if (!item) { faults.push(`no outbox row for ${item_id}`); continue; }
      if (item.state === "verified" || item.state === "accepted") continue;
      if (!file) { faults.push(`no bytes for ${item_id} ${item.state}`); continue; }
      const bytes = file.bytes instanceof Blob ? await file.bytes.arrayBuffer() : file.bytes;
      if (await sha256(bytes) !== fact.sha256) faults.push(`bytes of ${item_id}`);
    }
    if (!found.outbox.some(each => each.item_id === `record/${row.capture_id}`)) {
      faults.push(`no outbox row for record ${row.capture_id}`);
    }
    captures.push({
      capture_id: row.capture_id, device_kid: row.device_kid, seq: row.seq,
      record_sha256: row.record_sha256, media: row.media.map(({sha256}) => sha256),
      visit_id: row.visit_id, record: JSON.parse(new TextDecoder().decode(row.record)),
    });
  }
  for (const file of found.media) {
    if (!captures.some(each => each.capture_id === file.capture_id)) faults.push("orphaned file");
  }
  const heads = found.sessions.map(({device_kid, seq}) => ({device_kid, seq}));
  return {
    captures: captures.sort((one, other) => one.seq - other.seq), faults, heads,
    drafts: found.drafts.length, reports: found.reports.length, files: found.media.length,
  };
}"""


@dataclass(frozen=True)
class Storage:
    """What lies in the phone's database; `faults` names whatever is not whole."""

    captures: list[dict[str, Any]]
    faults: list[str]
    heads: list[dict[str, Any]]
    drafts: int
    reports: int
    files: int


def judge_storage(phone: Phone) -> Storage:
    """Read the phone's storage and recompute it."""
    return Storage(**phone.page.evaluate(JUDGE_CAPTURES))


def check_storage(phone: Phone) -> Storage:
    """Nothing on the phone is half there, and its log has neither gap nor fork."""
    storage = judge_storage(phone)
    assert storage.faults == []
    for head in storage.heads:
        log = [row["seq"] for row in storage.captures if row["device_kid"] == head["device_kid"]]
        assert log == list(range(1, head["seq"] + 1)), head
    return storage
