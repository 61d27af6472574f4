"""The bar at the foot of a leader's phone."""

from __future__ import annotations

from huisheng.ui import nav


def test_a_leaders_bar_has_the_bulletin_where_others_have_proposals() -> None:
    assert [room.label for room in nav.tabs({"leader"})] == ["首页", "直通车", "通知", "我的"]
    assert [room.label for room in nav.tabs({"member"})] == ["首页", "提案", "会议", "通知", "我的"]
