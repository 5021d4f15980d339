"""What `docs/protected-columns.md` calls protected is named by `verify-all` once it is changed.

The archive is built once for each database; every change is rolled back again.
"""

import pytest
from sqlalchemy import Table

from tests.column_table import DELETED, DOUBLED, Claim, claims
from tests.integration.evidence import tampering
from webapp.evidence.verification.verification import verify_all
from webapp.extensions import db

PROTECTED = [claim for claim in claims() if claim.is_protected]


def table_of(claim: Claim) -> Table:
    return db.metadata.tables[claim.table]


def test_the_archive_is_sound(archive: None) -> None:
    assert [f for f in verify_all().findings if not f.is_remark] == []
    db.session.remove()


@pytest.mark.parametrize("claim", PROTECTED, ids=lambda claim: claim.name)
def test_a_change_of_a_protected_column_is_named(tampered: None, claim: Claim) -> None:
    table = table_of(claim)
    if claim.column == DELETED:
        done = tampering.remove(table)
    elif claim.column == DOUBLED:
        done = tampering.double(table)
    else:
        done = tampering.change(table, table.columns[claim.column])
    objects = tampering.wrong_objects()
    assert done.is_named_by(objects), objects
