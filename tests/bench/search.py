"""Searching 10,000 people on the phone: the app's own code, in Chromium, slowed and plain."""

import statistics
import subprocess
from pathlib import Path

from tests.bench.figure import Figure
from tests.bench.slow_phone import slow_phone
from tests.bench.stage import scratch
from tests.e2e.server import ROOT

ROWS, RUNS = 10_000, 7
SOURCE = "webapp/static/pwa/src/screens/model/day-list.ts"
QUERIES = ("王秀英", "王", "幸福小区 12号楼", "12-3-502", "1389", "没有这个人", "wang")

MAKE_CASES = """count => {
  const names = ["秀英", "桂兰", "建国", "德明", "玉梅", "长海"], surnames = "王李张刘陈孙于高孟翟";
  const digits = (n, prime) => String(n * prime % 1e8).padStart(8, "0");
  const person = n => ({
    name: surnames[n % 10] + names[(n >> 3) % 6], area: "杏园社区",
    masked_number: `370399********${1000 + n % 9000}`,
    address: `张店区车站街道幸福小区${n % 40}号楼${n % 5 + 1}单元${n % 600 + 100}`,
    phones: ["138" + digits(n, 7919)],
    contacts: [{name: "李某", relation: "子", phone: "139" + digits(n, 104729)}],
  });
  window.benchIndex = anzai.indexOf(Array.from({length: count}, (_, n) => ({
    stage: "open", person: person(n),
    visit: {visit_id: String(n), due_on: "2027-01-12", note: n % 9 ? "" : "耳背，请敲门"},
  })));
}"""
TIME_QUERIES = """([queries, runs]) => queries.map(query => {
  const times = [];
  for (let run = 0; run < runs; run++) {
    const start = performance.now();
    anzai.byDue(anzai.find(benchIndex, query));
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b)[runs >> 1];
})"""


def measure() -> list[Figure]:
    """Return the slowest query's median milliseconds, found and put in order, at CPU 4×."""
    with scratch("search") as folder:
        script = _bundle(folder)
        with slow_phone(folder / "phone", "") as phone:
            phone.page.add_script_tag(path=str(script))
            phone.page.evaluate(MAKE_CASES, ROWS)
            plain = phone.page.evaluate(TIME_QUERIES, [QUERIES, RUNS])
            phone.slow_down()
            slowed = phone.page.evaluate(TIME_QUERIES, [QUERIES, RUNS])
    slowest = QUERIES[slowed.index(max(slowed))]
    note = (
        f"slowest of {len(QUERIES)} queries ({slowest}), median of {RUNS}; "
        f"half of them ≤ {statistics.median(slowed):.0f} ms; not slowed {max(plain):.0f} ms"
    )
    return [Figure("search over 10,000 rows, CPU 4×", max(slowed), "ms", 100.0, note)]


def _bundle(folder: Path) -> Path:
    """Bundle the phone's search with the build's own tool."""
    script = folder / "search.js"
    subprocess.run(
        [ROOT / "node_modules/.bin/esbuild", SOURCE, "--bundle", "--minify", "--format=iife",
         "--global-name=anzai", "--target=chrome80", "--log-level=warning",
         '--define:__BUILD__="bench"', f"--outfile={script}"],
        cwd=ROOT, check=True,
    )  # fmt: skip
    return script
