"""The journal's contract of design §4, as a stranger's client sees it."""

from apiflask import APIFlask
from flask.testing import FlaskClient

from tests.integration.journal.conftest import Fill
from webapp.extensions import db
from webapp.journal import queries, service
from webapp.journal.merkle import verify_consistency, verify_inclusion
from webapp.journal.notes import decode_base64, parse_verifier_key
from webapp.journal.signing import open_checkpoint
from webapp.journal.verification import verify_journal

BASE = "/api/v1/journal"


def test_a_stranger_can_check_a_checkpoint_with_the_published_key(
    client: FlaskClient, fill: Fill
) -> None:
    fill(5)
    key = client.get(f"{BASE}/key")
    note = client.get(f"{BASE}/checkpoint")

    assert key.mimetype == note.mimetype == "text/plain"
    head = open_checkpoint(note.text, parse_verifier_key(key.text))
    assert (head.size, head.root) == (5, queries.root(5))


def test_a_phone_can_check_that_nothing_was_rewritten(client: FlaskClient, fill: Fill) -> None:
    fill(3)
    held = open_checkpoint(client.get(f"{BASE}/checkpoint").text, service.own_key())
    fill(4)
    now = open_checkpoint(client.get(f"{BASE}/checkpoint").text, service.own_key())
    answer = client.get(f"{BASE}/consistency?from={held.size}&to={now.size}")

    assert answer.status_code == 200
    assert set(answer.get_json()) == {"hashes"}
    assert verify_consistency(
        first=held.size, second=now.size, first_root=held.root, second_root=now.root,
        proof=[decode_base64(value) for value in answer.get_json()["hashes"]],
    )  # fmt: skip


def test_a_proof_from_the_empty_tree_is_empty(client: FlaskClient, fill: Fill) -> None:
    fill(2)

    assert client.get(f"{BASE}/consistency?from=0&to=2").get_json() == {"hashes": []}


def test_an_entry_can_be_proved_in_any_tree_that_holds_it(client: FlaskClient, fill: Fill) -> None:
    fill(7)
    answer = client.get(f"{BASE}/inclusion?index=4&size=6")

    assert verify_inclusion(
        index=4, size=6, leaf=queries.entry(4).leaf_hash, root=queries.root(6),
        proof=[decode_base64(value) for value in answer.get_json()["hashes"]],
    )  # fmt: skip


UNKNOWN = {
    "consistency?from=0&to=8": "journal_size_unknown",
    "consistency?from=2&to=1": "journal_size_unknown",
    "inclusion?index=7&size=7": "journal_index_unknown",
    "inclusion?index=0&size=8": "journal_size_unknown",
}


def test_a_tree_that_never_was_is_refused(client: FlaskClient, fill: Fill) -> None:
    fill(7)

    for question, code in UNKNOWN.items():
        answer = client.get(f"{BASE}/{question}")
        assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
        assert answer.get_json()["code"] == code


NO_QUESTIONS = (
    "consistency", "consistency?from=0", "consistency?from=-1&to=1", "consistency?from=a&to=1",
    "consistency?from=0&to=99999999999999999999", "inclusion?index=0", "inclusion?index=0&size=0",
    "inclusion?index=1.5&size=3",
)  # fmt: skip


def test_a_question_that_is_none_is_refused(client: FlaskClient) -> None:
    for question in NO_QUESTIONS:
        assert client.get(f"{BASE}/{question}").status_code == 422


def test_the_command_prints_the_checkpoint_and_keeps_it(app: APIFlask, fill: Fill) -> None:
    fill(3)
    printed = app.test_cli_runner().invoke(args=["journal", "checkpoint"])

    assert printed.exit_code == 0
    assert open_checkpoint(printed.output, service.own_key()).size == 3
    db.session.expire_all()
    assert [stored.note for stored in queries.checkpoints()] == [printed.output]
    assert verify_journal().faults == ()
