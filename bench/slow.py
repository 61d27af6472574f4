"""A slow phone on a slow line: LCP, INP, CLS and bytes of pages, in Chromium with the processor four times slower and
1.6 Mbit/s with 150 ms (the row “Speed” of the design: LCP ≤ 1.5 s, INP ≤ 100 ms, CLS ≤ 0.05; a member's page ≤ 150 KB,
a public one ≤ 100 KB).

    HUISHENG_PASSWORD=… .venv/bin/python -m bench.slow http://127.0.0.1:8000 [rounds]

The server is one with the demonstration year; HUISHENG_PASSWORD is the password it prints for its accounts. Every page is opened with an empty cache, then touched: a tap on the
header's menu (字号), which is there for everybody. Medians of the rounds; CLS is the worst.
"""

from __future__ import annotations

import os
import shutil
import statistics
import sys
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1366, "height": 768}
LINE = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 0.75e6 / 8}
SLOWER = 4
PAGES: list[tuple[str, dict[str, int], list[str]]] = [
    ("", PHONE, ["/open/", "/open/say/", "/open/proposals/", "/open/bulletins/", "/open/figures/2017/"]),
    ("member", PHONE, ["/", "/proposals/", "/proposals/new/", "/gatherings/", "/duty/", "/notices"]),
    ("handler", DESK, ["/", "/proposals/"]),
    ("clerk", DESK, ["/", "/proposals/?year=2017", "/desk/queues", "/desk/deadlines"]),
    ("editor", DESK, ["/", "/opinions/leads/", "/opinions/leads/34/", "/opinions/"]),
    ("leader", PHONE, ["/", "/bulletins/"]),
    ("chair", DESK, ["/", "/reports/?year=2017"]),
]  # fmt: skip
WATCH = """
window.seen = {lcp: 0, cls: 0, inp: 0, moved: []};
new PerformanceObserver(list => { for (const one of list.getEntries()) seen.lcp = one.startTime; })
  .observe({type: 'largest-contentful-paint', buffered: true});
new PerformanceObserver(list => { for (const one of list.getEntries()) if (!one.hadRecentInput) {
    seen.cls += one.value;
    for (const source of one.sources) if (source.node) seen.moved.push((source.node.className || source.node.nodeName) + '');
  } }).observe({type: 'layout-shift', buffered: true});
new PerformanceObserver(list => { for (const one of list.getEntries()) seen.inp = Math.max(seen.inp, one.duration); })
  .observe({type: 'event', buffered: true, durationThreshold: 16});
"""


def opened(browser: Browser, server: str, username: str, size: dict[str, int]) -> Page:
    """A browser of that person, signed in at full speed, then made slow."""
    context = browser.new_context(locale="zh-CN", viewport=size)  # type: ignore[arg-type]
    page = context.new_page()
    if username:
        page.goto(f"{server}/accounts/login/")
        page.locator("[name=login]").fill(username)
        page.locator("[name=password]").fill(os.environ["HUISHENG_PASSWORD"])
        page.locator("main button[type=submit]").first.click()
        page.wait_for_url(lambda url: "login" not in url)
    page.add_init_script(WATCH)
    return page


def measure(page: Page, url: str) -> dict[str, Any]:
    """One opening with an empty cache and one tap."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.clearBrowserCache")
    session.send("Network.emulateNetworkConditions", LINE)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    sizes: list[float] = []
    session.on("Network.loadingFinished", lambda one: sizes.append(one["encodedDataLength"]))
    answer = page.goto(url, wait_until="load")
    assert answer is not None
    assert answer.status == 200, f"{url} {answer.status}"
    page.wait_for_load_state("networkidle")
    touched = page.locator("details[data-menu] > summary:visible").first
    if touched.count():
        touched.click()
        page.wait_for_timeout(600)
    seen = page.evaluate("() => seen")
    session.detach()
    return seen | {"bytes": sum(sizes), "title": page.title().split(" · ")[0]}


def main(server: str, rounds: int) -> None:
    print("| 谁 | 页面 | LCP ms | INP ms | CLS | KB | 动了什么 |\n|---|---|---|---|---|---|---|")
    program = next(path for name in ("chromium", "google-chrome") if (path := shutil.which(name)))
    with sync_playwright() as playwright:
        for username, size, paths in PAGES:
            for path in paths:
                runs = []
                for _ in range(rounds):
                    browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
                    runs.append(measure(opened(browser, server, username, size), server + path))
                    browser.close()
                middle = {name: statistics.median(one[name] for one in runs) for name in ("lcp", "inp", "bytes")}
                worst = max(runs, key=lambda one: one["cls"])
                print(
                    f"| {username or '公众'} | {runs[0]['title']} `{path}` | {middle['lcp']:.0f} | {middle['inp']:.0f} | "
                    f"{worst['cls']:.3f} | {middle['bytes'] / 1000:.0f} | {'、'.join(dict.fromkeys(worst['moved']))[:60]} |",
                    flush=True,
                )


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 3)
