"""How far an upload is: what its sender is told, whatever lies where (tus 1.0.0)."""

from hypothesis import given
from hypothesis import strategies as st

from webapp.evidence.intake.progress import Progress

LENGTHS = st.integers(1, 1 << 40)


@given(LENGTHS, st.data())
def test_the_last_byte_is_never_acknowledged_before_the_file_is_finished(
    length: int, data: st.DataObject
) -> None:
    received = data.draw(st.none() | st.integers(0, length))
    progress = Progress(received, length, is_finished=False)
    assert progress.acknowledged_bytes == min(received or 0, length - 1)
    assert progress.is_whole == (received == length)
    assert progress.is_lost == (received is None)


@given(LENGTHS, st.booleans())
def test_a_finished_file_is_acknowledged_to_its_end(length: int, is_lost: bool) -> None:
    progress = Progress(None if is_lost else length, length, is_finished=True)
    assert progress.acknowledged_bytes == length
    assert progress.is_lost == is_lost
