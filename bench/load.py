#!/usr/bin/env python3
"""Closed-loop HTTP load client for side-by-side benchmarks.  Standard library only, loopback only.

    load.py a.json [b.json ...] [-c 1,8,32] [-d 4] [-r 3] [--only name,name] [--json out.json]

Each JSON file describes one product:

    {"name": "ours", "base": "http://127.0.0.1:8000",
     "login": {"path": "/login/", "fields": {"username": "u", "password": "p"}},
     "cases": [
       {"name": "list",   "path": "/proposals/"},
       {"name": "detail", "paths": ["/proposals/1/", "/proposals/2/"]},
       {"name": "find",   "path": "/manage/?q={word}", "auth": true},
       {"name": "create", "form": "/proposals/new/", "auth": true, "fields": {"title": "{title}", "body": "{body}"}},
       {"name": "accept", "form": "/p/{n}/accept/", "auth": true, "start": 1},
       {"name": "export", "path": "/export.csv", "auth": true, "requests": 3}]}

"path" is fetched with GET.  "form" is fetched once per connection for its CSRF token and hidden fields (or once
per request with "fresh": true, when the page's address changes or its token is used up), then POSTed; only the POST
is timed.  Place-holders: {n} a counter shared by all connections, {title} {body} {word} {name} from gen_texts.py.
"procs" (of the product) is a regular expression for its processes' command lines: their CPU time is then read from
/proc and given as CPU milliseconds per request, which stays meaningful on a shared machine where wall-clock figures
do not; "others" is the number of cores that foreign processes used meanwhile.  Before each run the client waits (up
to --quiet seconds) for the others to use less than a quarter of a core.
"expect" is the list of good status codes (default 200; 302/303 for forms), "has" a text that the answer must hold.
With several files and the same case names the runs are interleaved A B A B ... and ratios are taken pair by pair.
Each run is bounded by -d seconds and by "requests" where given.  The client uses one process; its own CPU share is
printed, and a figure at above about 90 % client CPU is the client's limit, not the server's.
"""

import argparse
import asyncio
import html
import itertools
import json
import os
import re
import statistics
import sys
import time
import urllib.parse

import gen_texts

WORDS = ["充电棚", "加装电梯", "停车", "养老", "扬尘", "快递", "春晖社区", "低空旅游", "物业", "心理健康"]
LOOPBACK = re.compile(r"^(127(\.\d+){3}|localhost|\[?::1\]?)$")
INPUT = re.compile(r"<input\b[^>]*>", re.I)
ATTR = re.compile(r"""([\w:-]+)\s*=\s*("[^"]*"|'[^']*'|[^\s>]+)""")


class Conn:
    """One keep-alive HTTP/1.1 connection with a cookie jar; reconnects when the server closes."""

    def __init__(self, base, cookies=None):
        u = urllib.parse.urlsplit(base)
        if not LOOPBACK.match(u.hostname or ""):
            raise SystemExit(f"refused: {u.hostname} is not a loopback address")
        self.host, self.port = u.hostname, u.port or 80
        self.origin = f"http://{u.netloc}"
        self.netloc = u.netloc
        self.cookies = dict(cookies or {})
        self.r = self.w = None

    async def _open(self):
        self.r, self.w = await asyncio.open_connection(self.host, self.port, limit=1 << 22)

    def close(self):
        if self.w:
            self.w.close()
        self.w = None

    async def request(self, method, path, body=None, ctype="application/x-www-form-urlencoded"):
        head = [
            f"{method} {path} HTTP/1.1",
            f"Host: {self.netloc}",
            "User-Agent: load",
            "Accept: text/html,*/*",
            "Accept-Language: zh-CN,zh;q=0.9",
        ]
        if self.cookies:
            head.append("Cookie: " + "; ".join(f"{k}={v}" for k, v in self.cookies.items()))
        if body is not None:
            head += [
                f"Content-Type: {ctype}",
                f"Content-Length: {len(body)}",
                f"Origin: {self.origin}",
                f"Referer: {self.origin}{path}",
            ]
        raw = ("\r\n".join(head) + "\r\n\r\n").encode() + (body or b"")
        for attempt in (0, 1):
            try:
                if self.w is None:
                    await self._open()
                self.w.write(raw)
                return await self._read(method)
            except (ConnectionError, asyncio.IncompleteReadError):
                self.close()
                if attempt:
                    raise
        return None

    async def _read(self, method):
        head = (await self.r.readuntil(b"\r\n\r\n")).decode("latin-1")
        lines = head.split("\r\n")
        status = int(lines[0].split(" ", 2)[1])
        length, chunked, close, location = None, False, " HTTP/1.0 " in lines[0], None
        for line in lines[1:]:
            k, _, v = line.partition(":")
            k, v = k.lower(), v.strip()
            if k == "content-length":
                length = int(v)
            elif k == "transfer-encoding" and "chunked" in v.lower():
                chunked = True
            elif k == "connection" and v.lower() == "close":
                close = True
            elif k == "location":
                location = v
            elif k == "set-cookie":
                kv = v.split(";", 1)[0]
                ck, _, cv = kv.partition("=")
                if cv in ("", '""'):
                    self.cookies.pop(ck.strip(), None)
                else:
                    self.cookies[ck.strip()] = cv
        if status in (204, 304) or method == "HEAD":
            data = b""
        elif chunked:
            parts = []
            while True:
                n = int((await self.r.readline()).split(b";")[0], 16)
                if n:
                    parts.append(await self.r.readexactly(n))
                await self.r.readexactly(2)
                if not n:
                    break
            data = b"".join(parts)
        elif length is not None:
            data = await self.r.readexactly(length)
        else:
            data, close = await self.r.read(-1), True
        if close:
            self.close()
        return status, location, data


def hidden(page):
    """The hidden inputs of a page (first value of each name wins)."""
    out = {}
    if page.startswith("{"):  # a form wrapped in JSON
        page = json.loads(page).get("html", page)
    for tag in INPUT.findall(page):
        a = {k.lower(): html.unescape(v.strip("\"'")) for k, v in ATTR.findall(tag)}
        if a.get("type", "").lower() == "hidden" and a.get("name"):
            out.setdefault(a["name"], a.get("value", ""))
    return out


TICK = os.sysconf("SC_CLK_TCK")


def pids(pattern):
    out, rx = [], re.compile(pattern)
    for d in os.listdir("/proc"):
        if d.isdigit() and int(d) != os.getpid():
            try:
                if rx.search(
                    open(f"/proc/{d}/cmdline", "rb").read().replace(b"\0", b" ").decode("utf-8", "replace")
                ):
                    out.append(int(d))
            except OSError:
                pass
    return out


def cpu_of(pid_list):
    """CPU seconds used so far by each of these processes."""
    cpu = {}
    for p in pid_list:
        try:
            f = open(f"/proc/{p}/stat").read().rsplit(")", 1)[1].split()
            cpu[p] = (int(f[11]) + int(f[12])) / TICK
        except OSError:
            pass
    return cpu


def pss_of(pid_list):
    kb = 0
    for p in pid_list:
        try:
            kb += int(re.search(r"^Pss:\s+(\d+)", open(f"/proc/{p}/smaps_rollup").read(), re.M)[1])
        except (OSError, TypeError):
            pass
    return round(kb / 1024)


def machine_busy():
    v = [int(x) for x in open("/proc/stat").readline().split()[1:9]]
    return (sum(v) - v[3] - v[4]) / TICK


async def wait_quiet(limit):
    t0 = time.perf_counter()
    while time.perf_counter() - t0 < limit:
        b, t, c = machine_busy(), time.perf_counter(), time.process_time()
        await asyncio.sleep(0.4)
        if (machine_busy() - b - (time.process_time() - c)) / (time.perf_counter() - t) < 0.25:
            return


class Filler:
    def __init__(self, start=0, seed=99):
        self.count = itertools.count(start)
        self.rows = [gen_texts.proposal(i, seed) for i in range(200)]

    def vars(self):
        n = next(self.count)
        p = self.rows[n % len(self.rows)]
        return {
            "n": n,
            "title": f"{p['title']}{n}",
            "body": p["body"],
            "abstract": p["abstract"],
            "word": urllib.parse.quote(WORDS[n % len(WORDS)]),
            "name": gen_texts.member(n, 99)["name"],
        }


def fill(text, v):
    return re.sub(r"\{(\w+)\}", lambda m: str(v[m[1]]) if m[1] in v else m[0], text)


def encode(fields, v):
    pairs = []
    for k, val in fields.items():
        for x in val if isinstance(val, list) else [val]:
            pairs.append((k, fill(str(x), v)))
    return urllib.parse.urlencode(pairs).encode()


async def login(product):
    lg = product.get("login")
    if not lg:
        return {}
    c = Conn(product["base"])
    _, _, page = await c.request("GET", lg["path"])
    f = {**hidden(page.decode("utf-8", "replace")), **lg["fields"]}
    st, _loc, page = await c.request("POST", lg.get("action", lg["path"]), encode(f, {}))
    if st not in (302, 303):
        raise SystemExit(f"{product['name']}: login answered {st}")
    c.close()
    return c.cookies


async def run_case(product, case, conns, seconds, cookies, filler):
    lat, errors, size = [], {}, 0
    form = case.get("form")
    good = set(case.get("expect", [302, 303] if form else [200]))
    need = case["has"].encode() if "has" in case else None
    left = [case.get("requests") or 10**9]
    paths = case.get("paths") or [case.get("path") or form]
    deadline = time.perf_counter() + seconds

    async def worker(k):
        nonlocal size
        c = Conn(product["base"], cookies if case.get("auth") else None)
        base = None
        i = k
        while time.perf_counter() < deadline and left[0] > 0:
            left[0] -= 1
            v = filler.vars()
            path = fill(paths[i % len(paths)], v)
            i += conns
            try:
                if form:
                    if base is None or case.get("fresh"):
                        _, _, page = await c.request("GET", fill(case.get("token", path), v))
                        base = hidden(page.decode("utf-8", "replace"))
                    body = encode({**base, **case.get("fields", {})}, v)
                    t = time.perf_counter()
                    st, loc, data = await c.request("POST", fill(case.get("action", path), v), body)
                else:
                    t = time.perf_counter()
                    st, _loc, data = await c.request("GET", path)
                dt = time.perf_counter() - t
                if st in good and (need is None or need in data):
                    lat.append(dt)
                    size += len(data)
                else:
                    errors[st] = errors.get(st, 0) + 1
            except (OSError, asyncio.IncompleteReadError, ValueError) as e:
                errors[type(e).__name__] = errors.get(type(e).__name__, 0) + 1
            if case.get("fresh") == "login":
                c.cookies.clear()
        c.close()

    srv = pids(product["procs"]) if product.get("procs") else []
    cpu, t0, s0, b0 = time.process_time(), time.perf_counter(), cpu_of(srv), machine_busy()
    await asyncio.gather(*(worker(k) for k in range(conns)))
    wall = time.perf_counter() - t0
    # processes that ended meanwhile (a database's closed connections) are lost: the figure is then a lower bound
    used = sum(
        c - s0.get(p, 0) for p, c in cpu_of(set(srv) | set(pids(product["procs"]) if srv else [])).items()
    )
    others = max(0, (machine_busy() - b0 - used - (time.process_time() - cpu)) / wall)
    total = len(lat) + sum(errors.values())
    lat.sort()
    q = lambda p: round(lat[min(len(lat) - 1, int(len(lat) * p))] * 1000, 2) if lat else None  # noqa: E731
    return {
        "n": len(lat),
        "rps": round(len(lat) / wall, 2),
        "p50": q(0.5),
        "p95": q(0.95),
        "p99": q(0.99),
        "cpu_ms": round(used * 1000 / total, 2) if srv and total else None,
        "others": round(others, 2),
        "pss_mb": pss_of(srv),
        "errors": errors,
        "bytes": size // max(1, len(lat)),
        "client_cpu": round((time.process_time() - cpu) / wall, 2),
    }


async def amain(o):
    products = [json.load(open(f, encoding="utf-8")) for f in o.files]
    cookies = [await login(p) for p in products]
    only = set(o.only.split(",")) if o.only else None
    names = list(dict.fromkeys(c["name"] for p in products for c in p["cases"]))
    fillers = {}
    results = []
    for name in names:
        if only and name not in only:
            continue
        for conns in map(int, o.concurrency.split(",")):
            runs = {}
            for rnd in range(o.rounds + 1):
                for pi, p in enumerate(products):
                    case = next((c for c in p["cases"] if c["name"] == name), None)
                    if case is None or conns not in case.get("concurrency", [conns]):
                        continue
                    f = fillers.setdefault((pi, name), Filler(case.get("start", 0)))
                    await wait_quiet(o.quiet)
                    secs = min(1.0, o.duration / 3) if rnd == 0 else o.duration
                    if rnd == 0 and case.get("warm") is False:
                        continue
                    r = await run_case(p, case, conns, secs, cookies[pi], f)
                    if rnd:
                        runs.setdefault(pi, []).append(r)
            for pi, rs in runs.items():
                s = {
                    "product": products[pi]["name"],
                    "case": name,
                    "c": conns,
                    "runs": len(rs),
                    "n": sum(r["n"] for r in rs),
                    "bytes": rs[-1]["bytes"],
                    "client_cpu": max(r["client_cpu"] for r in rs),
                }
                for k in ("rps", "p50", "p95", "p99", "cpu_ms", "others"):
                    xs = [r[k] for r in rs if r[k] is not None]
                    s[k] = [min(xs), round(statistics.median(xs), 2), max(xs)] if xs else None
                s["pss_mb"] = max(r["pss_mb"] for r in rs)
                s["errors"] = {
                    str(k): sum(r["errors"].get(k, 0) for r in rs) for r in rs for k in r["errors"]
                }
                if pi and 0 in runs:
                    ratios = [b["rps"] / a["rps"] for a, b in zip(runs[0], rs, strict=False) if a["rps"]]
                    s["rps_ratio_to_first"] = (
                        [round(x, 2) for x in (min(ratios), statistics.median(ratios), max(ratios))]
                        if ratios
                        else None
                    )
                results.append(s)
                m = lambda k: "/".join(f"{x:g}" for x in s[k]) if s[k] else "-"  # noqa: E731
                print(
                    f"{s['product']:<14}{name:<16}c={conns:<3} rps {m('rps'):<24} p50 {m('p50'):<24} p95 {m('p95'):<24} "
                    f"p99 {m('p99'):<24} cpu_ms {m('cpu_ms'):<22} others {m('others')} pss={s['pss_mb']} n={s['n']} {s['bytes']}B client={s['client_cpu']}"
                    + (f" ratio {s.get('rps_ratio_to_first')}" if s.get("rps_ratio_to_first") else "")
                    + (f" ERR {s['errors']}" if s["errors"] else ""),
                    flush=True,
                )
    if o.json:
        json.dump(results, open(o.json, "w", encoding="utf-8"), ensure_ascii=False, indent=1)
    return results


def main():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument("files", nargs="+")
    a.add_argument("-c", "--concurrency", default="1,8,32")
    a.add_argument("-d", "--duration", type=float, default=4.0)
    a.add_argument("-r", "--rounds", type=int, default=3)
    a.add_argument("--quiet", type=float, default=5.0)
    a.add_argument("--only")
    a.add_argument("--json")
    o = a.parse_args()
    o.duration, o.rounds = min(o.duration, 60), min(o.rounds, 20)
    sys.setrecursionlimit(5000)
    asyncio.run(amain(o))


if __name__ == "__main__":
    main()
