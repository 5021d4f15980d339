"""Many writers at once, in threads and in processes: one tree, no gap, no fork."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from apiflask import APIFlask

from tests.integration.journal.conftest import START
from webapp.config import Settings
from webapp.extensions import db
from webapp.journal import queries, service
from webapp.journal.rules import EntryType
from webapp.journal.tlog_proofs import parse_tlog_proof
from webapp.journal.verification import verify_journal

ROOT = Path(__file__).parents[3]

WRITER = """
import sys
from pathlib import Path
from webapp import clock, create_app
from webapp.config import Settings
from webapp.extensions import db
from webapp.journal import service
from webapp.journal.rules import EntryType

app = create_app(Settings(data_dir=Path(sys.argv[1]), database_url=sys.argv[2]))
with app.app_context():
    for number in range(int(sys.argv[3])):
        service.append(type=EntryType.VIEWED, at=clock.now(), facts={"n": number})
        db.session.commit()
"""


def test_threads_take_turns(app: APIFlask) -> None:
    def write(writer: int) -> list[str]:
        receipts = []
        with app.app_context():
            for number in range(10):
                entry = service.append(
                    type=EntryType.VIEWED, at=START, facts={"writer": writer, "n": number}
                )
                index = entry.index
                if number % 4 == 3:
                    db.session.rollback()
                    continue
                db.session.commit()
                receipts.append(service.receipt(index))
                db.session.rollback()
        return receipts

    with ThreadPoolExecutor(4) as pool:
        receipts = [receipt for found in pool.map(write, range(4)) for receipt in found]

    proofs = [parse_tlog_proof(receipt) for receipt in receipts]
    assert sorted(proof.index for proof in proofs) == list(range(32))
    assert all(proof.is_included() for proof in proofs)
    report = verify_journal(held=[proof.note for proof in proofs])
    assert (report.size, report.faults) == (32, ())


def test_processes_take_turns(app: APIFlask, settings: Settings) -> None:
    service.own_key()
    command = [sys.executable, "-c", WRITER, str(settings.data_dir), settings.database_url, "15"]
    writers = [subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE) for _ in range(3)]
    errors = [writer.communicate()[1].decode() for writer in writers]

    assert [writer.returncode for writer in writers] == [0, 0, 0], errors
    assert queries.size() == 45
    assert verify_journal().faults == ()
