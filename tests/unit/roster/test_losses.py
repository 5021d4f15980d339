"""Which remarks say that somebody is lost, and which only sound like it."""

import random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from webapp.roster.reading.losses import loss_in

LOST = (
    "已去世 2026年3月去世 2026年3月去世，已火化 死亡 已死亡 已故 病故 已病逝 人已不在 老人走了 "
    "已火化 户口注销 殁 2025.3卒于家中 服刑 正在服刑 因诈骗被判刑 在监狱服刑 羁押于看守所 失踪 "
    "失踪多年 下落不明 查无此人 無此人 待遇已停 停发 养老金已停 2026年1月起停发 暂停发放 已终止 "
    "已注销 已转出，关系转往济南 已出国定居 移民加拿大 冒领 丧失领取资格 已一次性领取 非正常死亡 "
    "家属告知已去世 女儿说本人已去世 儿子称老人已故 随子女居住，已去世 本人与配偶均已去世 "
    "死亡时间：3月5日 是否死亡：是 是否去世：Y 是否健在：否 健在情况：不在 生存状况：已死亡 "
    "情况说明：2026年3月去世，已火化 去向：监狱 已\u00a0去\u2003世 已　去世 已\u200b去世 不健在 "
    "亡 歿 註銷 deceased DIED 电子死亡证明已开 疑似死亡，待核实 停止享受待遇 "
    "家属已领丧葬补助金 已领取丧葬费 人没了 老人已经没有了 不在了 已离开人世 己故 巳故 已土葬 "
    "夫妻均已去世 夫妇双亡 女儿接电话称母亲去世 儿子称其父去世 据儿媳讲婆婆已去世 已经移居美国 "
    "随子女移民加拿大 随子女定居国外 查不到人 没这个人 不认识此人 坐监 停 老伴去世后本人也去世 "
    "失联 未失踪但已去世 没有认证，去世了 老伴告知已去世"
)
NOT_LOST = (
    "随子女在青岛居住 随子女在外地 健在 在世 正常 无 未死亡 没有去世 无死亡情况 丧偶 配偶已故 "
    "老伴2010年去世 丈夫张建国于2010年去世 父母双亡 其子已去世，本人随女儿居住 "
    "配偶已去世，本人健在 长期卧床 瘫痪 住养老院 联系不上 电话打不通 刑满释放 已恢复发放 "
    "完全丧失劳动能力 鲁中监狱宿舍 已停药 已停业 是否死亡：否 是否健在：是 死亡标志：0 "
    "生存状况：健在 死亡职工姓名：王建国 已故职工张三之妻 已搬走了 户主已故 未成年 高龄 双待遇 "
    "独居 新增 补录 妻亡故 民族：汉族 户口性质：居民户口 手机号码已注销手机 2026年新增 "
    "随子女在济南，电话由女儿接 因病住院 "
    "未失踪 非死亡 未见死亡 儿子失踪 儿子下落不明 儿子正在服刑 儿子在监狱服刑 孙子服刑 老公去世 "
    "前夫去世 姐夫去世 嫂子去世 老伴儿已去世 老伴癌症去世 老伴因脑梗去世 老伴2020.5去世 "
    "老伴于2020-05-03去世 老伴（张三）已去世 老伴（2020年去世） 老伴上月去世 本人老伴去世 "
    "老人的老伴已去世 配偶：已去世 配偶情况：已去世 单位已注销 企业已破产注销 听力丧失 电话已停机 "
    "银行卡已注销 服刑期满 不再服刑 丈夫亡故 老伴丧葬费已领 工亡遗属 丈夫和儿子已去世"
)


@pytest.mark.parametrize("text", LOST.split(" "))
def test_a_loss_is_noticed(text: str) -> None:
    assert loss_in(text)


@pytest.mark.parametrize("text", NOT_LOST.split(" "))
def test_what_only_sounds_like_a_loss_is_none(text: str) -> None:
    assert loss_in(text) == ""


@pytest.mark.parametrize("text", ["已再婚", "年满18周岁", "已就业", "被收养"])
def test_a_dependant_loses_by_more_than_a_retiree(text: str) -> None:
    assert loss_in(text) == ""
    assert loss_in(text, is_dependant=True)


def test_a_dependant_is_not_lost_by_the_workers_death() -> None:
    assert loss_in("职工2010年去世", is_dependant=True) == ""
    assert loss_in("职工2010年去世")


# What takes a loss of another kind back where it stands behind it.
TAKE_BACK = {"刑满释放", "已恢复发放"}
OTHERS = [text for text in NOT_LOST.split(" ") if text not in TAKE_BACK]


@example("已去世", ["配偶已去世，本人健在"], random.Random(1))
@given(
    st.sampled_from(LOST.split(" ")),
    st.lists(st.sampled_from(OTHERS), max_size=4),
    st.randoms(),
)
def test_a_loss_is_noticed_among_other_words(
    loss: str, others: list[str], rng: random.Random
) -> None:
    said = [loss, *others]
    rng.shuffle(said)
    assert loss_in("；".join(said))


@pytest.mark.parametrize("loss", LOST.split(" "))
def test_no_other_remark_takes_a_loss_away(loss: str) -> None:
    """Every pair, in both orders; a denial of it in another remark leaves a contradiction."""
    denials = ["本人健在", "老人仍健在", "是否死亡：否", "配偶：已去世", "民族：汉族"]
    for other in [*OTHERS, *denials]:
        assert loss_in(f"{loss}；{other}"), other
        assert loss_in(f"{other}；{loss}"), other


@given(st.text(alphabet="子女其父母已年前去世死亡，：是否因病0123", max_size=4000))
def test_no_text_takes_long(text: str) -> None:
    loss_in(text)
