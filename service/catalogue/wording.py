"""What the hall calls the catalogue's codes, and the icons of life events."""

from __future__ import annotations

from collections.abc import Mapping

from service.web.assets import icon_named
from service.web.translation import mark

AUDIENCES: Mapping[str, str] = {"person": mark("个人"), "organisation": mark("单位")}
WAYS: Mapping[str, str] = {
    "licence": mark("电子证照"),
    "check": mark("数据核验"),
    "earlier": mark("以前提交过的材料"),
    "commitment": mark("告知承诺"),
    "upload": mark("上传"),
}
TYPES: Mapping[str, str] = {
    "行政许可": mark("行政许可"), "行政给付": mark("行政给付"), "行政确认": mark("行政确认"), "行政奖励": mark("行政奖励"),
    "行政裁决": mark("行政裁决"), "行政检查": mark("行政检查"), "行政处罚": mark("行政处罚"), "行政强制": mark("行政强制"),
    "行政征收": mark("行政征收"), "其他行政权力": mark("其他行政权力"), "公共服务": mark("公共服务"),
}  # fmt: skip
NO_ICON = icon_named("category")
EVENT_ICONS: Mapping[str, str] = {
    "birth": icon_named("baby-carriage"), "school": icon_named("school"), "work": icon_named("briefcase"),
    "marriage": icon_named("heart"), "home": icon_named("home"), "illness": icon_named("stethoscope"),
    "retirement": icon_named("old"), "death": icon_named("leaf"), "set-up": icon_named("building-store"),
    "hire": icon_named("users-plus"), "permit": icon_named("certificate"), "grow": icon_named("trending-up"),
    "trouble": icon_named("lifebuoy"), "close": icon_named("door-exit"),
}  # fmt: skip
