"""A reviewer's hands stay on the keyboard, and the next case is there before it is asked for."""

import re

import pytest
from playwright.sync_api import Page, Request, expect

from tests.e2e.desk import Desk
from tests.e2e.ledger import Ledger, bare
from tests.e2e.server import PASSWORD

# A bar as the page has it while previews are prepared, watching a result that is just done.
BAR = """async () => {
  const bar = document.createElement("section");
  bar.dataset.job = "/results/1/progress";
  bar.dataset.reload = "1";
  bar.innerHTML = "<progress></progress><p data-part='figures'></p>"
    + "<p data-part='done' hidden>已完成</p>";
  document.querySelector("main").append(bar);
  (await import("/static/desk/progress.js")).start(bar);
}"""


@pytest.fixture
def review(desk: Desk) -> Page:
    """The first case of the demo city's queue."""
    desk.sign_in("office1")
    desk.go("review")
    desk.page.get_by_role("link", name="从第一个开始").click()
    # The keys are heard once the page's small modules run, which a fast hand may outpace;
    # the module itself then shows the switch of the keys.
    expect(desk.page.get_by_label("键盘快捷键")).to_be_visible()
    seen(desk.page)
    return desk.page


def seen(page: Page) -> None:
    """Wait until the case has been on the screen long enough to be decided."""
    expect(page.locator(".review")).to_have_attribute("data-seen", "1")


def name_of(page: Page) -> str:
    return page.locator("h1").inner_text()


def test_j_and_k_walk_through_the_queue_without_fetching_again(review: Page) -> None:
    first = name_of(review)
    following = review.locator("[data-part='following']").get_attribute("href")
    review.wait_for_load_state("networkidle")
    asked: list[str] = []

    def note(request: Request) -> None:
        asked.append(request.url)

    review.on("request", note)
    review.keyboard.press("j")
    expect(review.locator("h1")).not_to_have_text(first)
    assert following
    assert review.url.endswith(following)
    assert not [url for url in asked if url.endswith(following)]
    review.keyboard.press("k")
    expect(review.locator("h1")).to_have_text(first)


def shown(page: Page) -> set[str]:
    """The files whose pictures the page shows."""
    sources = page.locator("main img").evaluate_all("all => all.map(one => one.src)")
    return {source.split("/media/")[1].split("/")[0] for source in sources if "/media/" in source}


def seen_by(ledger: Ledger, username: str) -> set[str]:
    query = ("SELECT sha256 FROM media_view v JOIN account a ON a.id = v.viewer_id"
             " WHERE a.username = ?")  # fmt: skip
    return {row["sha256"] for row in ledger.rows(query, [username])}


def test_a_picture_counts_as_seen_when_it_is_shown_and_not_before(
    desk: Desk, ledger: Ledger
) -> None:
    desk.sign_in("agency2")
    desk.go("review")
    page = desk.page
    page.get_by_role("link", name="从第一个开始").click()
    page.wait_for_load_state("networkidle")
    here = shown(page)
    assert here
    assert seen_by(ledger, "agency2") == here
    following = page.locator("[data-part='following']").get_attribute("href")
    assert following
    ahead = ledger.rows(
        "SELECT m.sha256 FROM media m JOIN result_capture rc ON rc.capture_id = m.capture_id"
        " WHERE rc.result_id = ?", [bare(following.split("/")[2].split("?")[0])],
    )  # fmt: skip
    assert {row["sha256"] for row in ahead} - here
    page.keyboard.press("j")
    picture = page.locator(".case-picture .frame:not([hidden]) img").first
    expect(picture).to_have_attribute("src", re.compile("^blob:"))
    page.wait_for_function("one => one.complete && one.naturalWidth > 0",
                           arg=picture.element_handle())  # fmt: skip
    assert {row["sha256"] for row in ahead} & seen_by(ledger, "agency2")


def test_a_case_is_accepted_by_keyboard(review: Page) -> None:
    first, address = name_of(review), review.url
    review.keyboard.press("a")
    expect(review.get_by_role("alert")).to_contain_text("请先选择现场号码")
    review.keyboard.press("y")
    review.keyboard.press("a")
    expect(review.get_by_text("已通过。")).to_be_visible()
    expect(review.locator("h1")).not_to_have_text(first)
    review.goto(address)
    expect(review.get_by_text("已经审核过")).to_be_visible()


def test_a_held_key_decides_one_case_and_the_note_names_it(review: Page) -> None:
    first = name_of(review).split(" ")[0]
    decided: list[str] = []
    review.on(
        "request", lambda asked: decided.append(asked.url) if asked.method == "POST" else None
    )
    review.keyboard.press("y")
    review.keyboard.down("a")
    expect(review.locator(".decided-note")).to_contain_text(first)
    second = name_of(review)
    seen(review)
    review.get_by_label("看到或听到了").check()
    # Playwright repeats a key that is pressed again while it is down, as a keyboard does.
    for _ in range(5):
        review.keyboard.down("a")
    review.keyboard.up("a")
    assert len(decided) == 1
    assert name_of(review) == second


def test_a_case_that_is_not_on_the_screen_yet_is_not_decided(review: Page) -> None:
    address = review.url
    review.evaluate("document.querySelector('.review').dataset.seen = ''")
    review.keyboard.press("y")
    review.keyboard.press("a")
    expect(review.get_by_text("画面刚打开")).to_be_visible()
    review.get_by_role("button", name="通过").dblclick()
    assert review.url == address


def test_a_case_whose_picture_never_comes_can_still_be_decided(review: Page) -> None:
    address = review.url
    review.clock.install()
    review.context.route("**/media/**", lambda _never_answered: None)
    review.goto(address, wait_until="domcontentloaded")
    expect(review.get_by_label("键盘快捷键")).to_be_visible()
    review.clock.run_for(5_000)
    review.keyboard.press("v")
    expect(review.get_by_text("画面刚打开")).to_be_visible()
    review.clock.run_for(5_000)
    seen(review)


def test_a_film_that_the_browser_does_not_fetch_keeps_nobody_waiting(review: Page) -> None:
    review.clock.install()
    review.evaluate("""async () => {
      const page = document.querySelector(".review");
      const film = document.createElement("video");
      film.src = "/media/" + "0".repeat(64) + "/playback";
      film.preload = "none";
      page.querySelector(".frame:not([hidden])").replaceChildren(film);
      page.querySelector("form.decision").action += "?another";
      page.dataset.seen = "";
      const { watch } = await import("/static/desk/unseen.js");
      watch(page);
    }""")
    review.clock.run_for(1_000)
    seen(review)


def test_an_acceptance_is_taken_back_from_its_note(review: Page) -> None:
    first, address = name_of(review), review.url
    review.keyboard.press("y")
    review.keyboard.press("a")
    review.locator(".decided-note").get_by_role("button", name="撤回").click()
    expect(review.get_by_text("已撤回")).to_be_visible()
    assert review.url.split("?")[0] == address.split("?")[0]
    expect(review.locator("h1")).to_have_text(first)
    expect(review.locator("form.decision")).to_be_visible()


def test_r_asks_for_words_before_it_returns(review: Page) -> None:
    first = name_of(review)
    review.keyboard.press("r")
    expect(review.locator("input[name='phrase']").first).to_be_focused()
    expect(review.locator("h1")).to_have_text(first)
    review.keyboard.press("Space")
    review.keyboard.press("r")
    expect(review.get_by_text("已退回")).to_be_visible()


def test_a_session_that_ended_asks_to_sign_in_and_comes_back_to_the_case(review: Page) -> None:
    first, address = name_of(review), review.url
    review.context.clear_cookies(name="session")
    review.keyboard.press("y")
    review.keyboard.press("a")
    review.get_by_label("用户名").fill("office1")
    review.get_by_label("密码").fill(PASSWORD)
    review.get_by_role("button", name="登录").click()
    expect(review.locator("h1")).to_have_text(first)
    assert review.url == address
    expect(review.locator("form.decision")).to_be_visible()


def test_previews_that_get_ready_throw_away_nothing_that_was_filled_in(review: Page) -> None:
    review.get_by_text("给走访人员的话").click()
    words = review.get_by_role("textbox", name="其他要说的话")
    words.fill("请到窗边拍")
    answer = {"state": "done", "done": 1, "total": 1}
    review.route("**/results/*/progress", lambda route: route.fulfill(json=answer))
    review.evaluate(BAR)
    expect(review.get_by_text("已完成")).to_be_visible()
    expect(words).to_have_value("请到窗边拍")


def test_typing_decides_nothing(review: Page) -> None:
    address = review.url
    review.get_by_text("给走访人员的话").click()
    review.get_by_role("textbox", name="其他要说的话").press_sequentially("a r v j k")
    assert review.url == address
    expect(review.get_by_role("textbox", name="其他要说的话")).to_have_value("a r v j k")


def test_typed_words_are_sent_back_by_keyboard(review: Page) -> None:
    address = review.url
    review.keyboard.press("w")
    words = review.get_by_role("textbox", name="其他要说的话")
    expect(words).to_be_focused()
    words.press("Control+Enter")
    expect(review.locator("input[name='phrase']").first).to_be_focused()
    assert review.url == address
    words.press_sequentially("请到窗边拍")
    words.press("Control+Enter")
    expect(review.get_by_text("已退回")).to_be_visible()
    review.goto(address)
    expect(review.get_by_text("「请到窗边拍」").first).to_be_visible()


def test_escape_gives_the_keys_back_and_keeps_the_words(review: Page) -> None:
    address = review.url
    expect(review.get_by_text("按 Esc 离开输入框")).to_be_hidden()
    review.keyboard.press("w")
    expect(review.get_by_text("按 Esc 离开输入框")).to_be_visible()
    words = review.get_by_role("textbox", name="其他要说的话")
    words.press_sequentially("换个人去")
    words.press("Escape")
    expect(words).not_to_be_focused()
    review.keyboard.press("v")
    expect(review.get_by_text("已要求再访一次。")).to_be_visible()
    review.goto(address)
    expect(review.get_by_text("「换个人去」").first).to_be_visible()


def test_whoever_decides_later_sees_what_the_other_decided_and_goes_on(review: Page) -> None:
    first = name_of(review)
    other = review.context.new_page()
    other.goto(review.url)
    expect(other.get_by_label("键盘快捷键")).to_be_visible()
    seen(other)
    other.keyboard.press("w")
    other.get_by_role("textbox", name="其他要说的话").press_sequentially("看不清")
    other.keyboard.press("Control+Enter")
    expect(other.get_by_text("已退回")).to_be_visible()
    other.close()
    review.keyboard.press("y")
    review.keyboard.press("a")
    expect(review.get_by_role("alert")).to_contain_text("您这次的决定没有保存")
    expect(review.locator("h1")).to_have_text(first)
    expect(review.get_by_text("「看不清」").first).to_be_visible()
    review.keyboard.press("j")
    expect(review.locator("h1")).not_to_have_text(first)
    expect(review.locator("form.decision")).to_be_visible()


def test_single_keys_can_be_switched_off(review: Page) -> None:
    first = name_of(review)
    review.get_by_label("键盘快捷键").uncheck()
    review.keyboard.press("j")
    expect(review.locator("h1")).to_have_text(first)
