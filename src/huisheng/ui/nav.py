"""The rooms a person finds in the navigation: one line each. A line whose URL name does not exist is left out.

``posts``: who sees it (empty: everybody who signed in; OFFICE: whoever works in the committee's office).
``key``: two keys that lead there on staff pages.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from django.urls import NoReverseMatch, reverse

OFFICE = ("clerk", "reviewer", "office")
WATCHERS = (*OFFICE, "coordinator", "chair")
ROSTER = (*OFFICE, "admin")
DESK = ("editor", "office")
PAPERS = (*DESK, "chair")


@dataclass(frozen=True)
class Room:
    name: str
    label: str
    icon: str
    posts: tuple[str, ...] = ()
    key: str = ""


# the rooms by what they are about; a short navigation stands without the headings
GROUPS: tuple[tuple[str, tuple[Room, ...]], ...] = (
    #        URL name                名称          icon       posts
    ("", (
        Room("home",                 "首页",       "home",    (),       key="g h"),
        Room("desk:queues",          "待办队列",   "tray",    WATCHERS, key="g q"),
        Room("desk:oversight",       "督办",       "flag",    WATCHERS, key="g o"),
        Room("desk:deadlines",       "期限",       "clock",   (*WATCHERS, "handler", "agency_head"), key="g d"),
    )),
    ("提案", (
        Room("proposals:list",       "提案",       "paper",   (),       key="g p"),
        Room("proposals:promises",   "承诺跟踪",   "clock",   WATCHERS, key="g c"),
        Room("proposals:calls",      "提案征集",   "flag",    ("member", "convener", *OFFICE)),
        Room("proposals:nominations", "评优",      "star",    WATCHERS),
        Room("proposals:figures",    "统计",       "chart",   WATCHERS, key="g t"),
    )),
    ("民意和成果", (
        Room("opinions:leads",       "收件台",     "inbox",   DESK,     key="g l"),
        Room("opinions:list",        "社情民意",   "write",   ("member", "convener", "office", "editor", "chair"), key="g v"),
        Room("bulletins:list",       "直通车",     "book",    (*PAPERS, "leader"), key="g z"),
        Room("bulletins:news",       "政协动态",   "write",   ("member", "convener", *OFFICE, "editor", "archivist", "chair", "office_head")),
        Room("outputs:list",         "成果报送",   "upload",  PAPERS,   key="g u"),
        Room("outputs:follow-ups",   "批示转办",   "flag",    (*DESK, "handler", "agency_head"), key="g f"),
    )),
    ("协商和监督", (
        Room("gatherings:list",      "会议",       "calendar", (),      key="g y"),
        Room("consultations:list",   "协商",       "check",   ("member", "convener", *OFFICE, "editor", "chair", "leader", "coordinator", "handler", "agency_head"), key="g x"),
        Room("consultations:forums", "网络议政",   "people",  ("member", "editor", "office", "chair"), key="g w"),
        Room("supervision:list",     "民主监督",   "search",  ("member", "convener", "office", "editor", "chair", "handler", "agency_head"), key="g s"),
        Room("desk:bodies",          "机构",       "people",  ("member", "convener", *OFFICE, "editor", "chair", "leader"), key="g i"),
    )),
    ("资料和报告", (
        Room("duty:list",            "履职",       "person",  ("member", "office", "chair"), key="g e"),
        Room("duty:office",          "平时考核",   "write",   (*OFFICE, "editor", "archivist", "line_leader", "office_head")),
        Room("archive:list",         "文史资料",   "book",    ("member", "convener", "office", "archivist", "chair"), key="g a"),
        Room("reports:overview",     "总览",       "chart",   ("clerk", "reviewer", "office", "editor", "coordinator", "chair"), key="g k"),
        Room("reports:list",         "年度报告",   "book",    ("member", "convener", "leader", *WATCHERS, "editor"), key="g r"),
    )),
    ("管理", (
        Room("people:members",       "委员与单位", "people",  ROSTER),
        Room("people:changes",       "委员变动",   "write",   ("office", "chair")),
        Room("people:imports",       "导入",       "inbox",   ROSTER),
        Room("people:rules",         "本地规则",   "rule",    ROSTER),
        Room("people:accounts",      "账号",       "key",     ("office", "admin")),
        Room("desk:outbox",          "外发消息",   "bell",    (*OFFICE, "editor")),
        Room("desk:journal",         "办理记录",   "book",    ("admin", "auditor"), key="g j"),
    )),
    ("我", (
        Room("notices",              "通知",       "bell",    (),       key="g n"),
        Room("me",                   "我的",       "person",  (),       key="g m"),
    )),
)  # fmt: skip
ROOMS = tuple(room for _, group in GROUPS for room in group)
GROUP_OF = {room.name: label for label, group in GROUPS for room in group}
SHORT = 12  # links up to which headings would only be in the way

# the bar at the foot of a phone; a leader comes for the bulletin
TABS = ("home", "proposals:list", "gatherings:list", "notices", "me")
LEADER_TABS = ("home", "bulletins:list", "notices", "me")
# held with one of these alone, a person gets the wide, large-type pages without single-key verbs
MEMBER_POSTS = {"member", "convener", "chair", "leader", "line_leader", "office_head"}
LEADER_POSTS = {"chair", "leader"}


@cache
def url_of(name: str) -> str:
    """The address of a page by its URL name, or "" when this installation has no such page."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def rooms(kinds: set[str]) -> list[Room]:
    """The rooms open to somebody who holds these posts."""
    return [room for room in ROOMS if url_of(room.name) and (not room.posts or kinds & set(room.posts))]


def tabs(kinds: set[str]) -> list[Room]:
    """The bar at the foot of a phone, in its own order."""
    open_rooms = {room.name: room for room in rooms(kinds)}
    return [open_rooms[name] for name in (LEADER_TABS if "leader" in kinds else TABS) if name in open_rooms]
