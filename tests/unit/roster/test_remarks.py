"""The corpus of remarks is a contract: who is lost is held, and few others are."""

import json
from pathlib import Path

import pytest

from webapp.roster.reading.losses import loss_in, loss_in_place

CORPUS = json.loads(
    (Path(__file__).parents[2] / "contracts" / "roster-remarks.json").read_text("utf-8")
)


@pytest.mark.parametrize("text", CORPUS["lost"]["mended"])
def test_a_loss_is_held(text: str) -> None:
    assert loss_in(text)


@pytest.mark.parametrize("text", CORPUS["harmless"]["mended"])
def test_what_only_sounds_like_a_loss_is_not_held(text: str) -> None:
    assert loss_in(text) == ""


@pytest.mark.parametrize("text", CORPUS["doubtful"])
def test_what_stays_in_doubt_is_held(text: str) -> None:
    assert loss_in(text)


def test_of_the_unseen_halves_no_more_go_wrong_than_were_counted() -> None:
    missed = sum(not loss_in(text) for text in CORPUS["lost"]["unseen"])
    held = sum(bool(loss_in(text)) for text in CORPUS["harmless"]["unseen"])
    assert (missed, held) == (CORPUS["unseen_missed"], CORPUS["unseen_held"])


def test_no_remark_stands_twice() -> None:
    halves = (*CORPUS["lost"].values(), *CORPUS["harmless"].values(), CORPUS["doubtful"])
    texts = [text for half in halves for text in half]
    assert len(texts) == len(set(texts))
    assert min(len(half["mended"] + half["unseen"]) for half in
               (CORPUS["lost"], CORPUS["harmless"])) >= 300  # fmt: skip


@pytest.mark.parametrize("loss", ["已去世", "2026.3.15去世", "24年没的", "查无此人", "已停发"])
def test_no_harmless_remark_hides_a_loss_beside_it(loss: str) -> None:
    for harmless in CORPUS["harmless"]["mended"]:
        assert loss_in(f"{harmless}，{loss}"), harmless


TAKEN_BACK = [
    ("停发", "已恢复发放", "待恢复"), ("停发", "2026年2月恢复待遇", "尚未恢复"),
    ("疑似死亡", "经核实健在", "去世前一直健在"), ("疑似死亡", "上门见到本人", "未见到本人"),
    ("服刑", "已刑满释放", "2027年刑满释放"), ("失踪", "后已找回", "至今未找回"),
    ("失联", "已联系上", "尚未联系上"), ("出国", "今年已回", "打算回国"),
    ("去世", "系误报", "健在"), ("去世", "登记有误", "死亡日期有误，应为3月"),
    ("去世", "经核实健在", "老伴健在"), ("去世", "系误报", "待遇已恢复"),
]  # fmt: skip


@pytest.mark.parametrize(("loss", "back", "not_back"), TAKEN_BACK)
def test_a_loss_is_taken_back_only_by_what_undoes_it(loss: str, back: str, not_back: str) -> None:
    assert loss_in(f"{loss}，{back}") == ""
    assert loss_in(f"{loss}，{not_back}")
    assert loss_in(f"{back}，{loss}")


def test_a_space_before_a_label_parts_two_remarks() -> None:
    assert loss_in("已去世 是否停发：否") == "已去世"
    assert loss_in("已 去 世")


def test_a_place_is_no_loss() -> None:
    for place in ("张店区监狱宿舍3号楼", "香港路12号", "死角胡同", "移民新村", "终止经营的商店旁"):
        assert loss_in_place(place) == ""
    for place in ("已去世", "新华社区3号楼（已销户）", "查无此人"):
        assert loss_in_place(place)
