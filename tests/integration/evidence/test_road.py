"""The whole road of one photo: ticket, record, file, receipt, derivation, look."""

import hashlib
import json

from sqlalchemy import select

from tests.integration.evidence.fieldwork import Fieldwork, flags_of, jpeg, newest_capture
from webapp.evidence.models import Derivation, Media
from webapp.extensions import blobs, db
from webapp.jobs import runner
from webapp.journal.tlog_proofs import parse_tlog_proof


def test_a_photo_arrives_verified(field: Fieldwork) -> None:
    data, ticket = jpeg(), field.phone.ticket()
    capture_id = field.committed(
        data, ticket={"id": ticket["ticket_id"], "sha256": ticket["sha256"]}
    )
    assert field.receipt(capture_id).get_json() == {"missing": [hashlib.sha256(data).hexdigest()]}
    assert field.send(capture_id, data).status_code == 204
    answer = field.receipt(capture_id)
    assert answer.status_code == 200
    assert answer.mimetype == "text/plain"
    proof = parse_tlog_proof(answer.text)
    assert proof.is_included()
    facts = json.loads(proof.entry)
    assert (facts["type"], facts["capture_id"]) == ("media_received", capture_id)
    assert facts["media_sha256"] == hashlib.sha256(data).hexdigest()
    assert newest_capture().state == "received"
    assert set(flags_of(capture_id)) == {"challenge_missing"}


def test_renditions_are_derived_outside_the_request(field: Fieldwork) -> None:
    data = jpeg()
    field.received(data)
    db.session.rollback()
    assert runner.run_due() == 1
    made = {d.kind: d for d in db.session.scalars(select(Derivation))}
    assert set(made) == {"thumbnail", "preview"}
    assert made["thumbnail"].size_bytes <= 25_000
    assert len(db.session.scalars(select(Media)).one().picture_hash) == 64
    with blobs().open(made["preview"].blob_key) as stream:
        assert hashlib.sha256(stream.read()).hexdigest() == made["preview"].blob_sha256
