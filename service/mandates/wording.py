"""What pages call the parts of a mandate."""

from __future__ import annotations

from collections.abc import Mapping

from service.web.translation import mark

KINDS: Mapping[str, str] = {
    "mandate": mark("受本人或单位委托"), "guardian": mark("监护人"), "representative": mark("法定代表人"),
}  # fmt: skip
ACTS: Mapping[str, tuple[str, str]] = {
    "apply": (mark("提出申请"), mark("填写、提交、补正、撤回和申诉，并能看到所办的办件")),
    "read": (mark("看办件"), mark("查看办件、进度、决定和理由")),
    "receive": (mark("接收结果"), mark("有进展时收到消息，取得所发的证照")),
    "delegate": (mark("以单位名义委托他人"), ""),
}
STATES: Mapping[str, tuple[str, str]] = {
    "offered": (mark("等待接受"), "wait"), "in-force": (mark("有效"), "pass"), "over": (mark("已到期"), "calm"),
    "ended": (mark("已结束"), "calm"),
}  # fmt: skip
"""With the tone of each."""
FIELDS: Mapping[str, str] = {"mandate-agent": "agent_number", "mandate-until": "until", "mandate-scope": "scope"}
"""Beside which field of the form a problem stands."""
