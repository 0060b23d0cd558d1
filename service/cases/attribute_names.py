"""What the pages of staff call the attributes of licences and checks, by `<type>.<attribute>`."""

from __future__ import annotations

from collections.abc import Mapping

from service.cases.attribute_wording import ATTRIBUTES as ASKED
from service.web.translation import mark

ATTRIBUTES: Mapping[str, str] = {
    "resident-id-card.name": mark("姓名"),
    "resident-id-card.number": mark("身份证号码"),
    "household-register.head_number": mark("户主的身份证号码"),
    "household-register.members": mark("户内人员的身份证号码"),
    "household-register.city": mark("户籍所在城市"),
    "driving-licence.classes": mark("准驾车型"),
    "driving-licence.first_issued_on": mark("首次签发日期"),
    "residence-permit.first_issued_on": mark("首次签发日期"),
    "residence-permit.endorsed_until": mark("签注有效期至"),
    "business-licence.established_on": mark("登记日期"),
    "taxi-driver-certificate.city": mark("签发城市"),
    "hygiene-test-report.qualified": mark("检测合格"),
    "hygiene-test-report.tested_on": mark("检测日期"),
    "human-resources/talent-transfer.kind": mark("引进类别"),
    "human-resources/talent-transfer.on": mark("引进日期"),
    "business-licence.name": mark("企业名称"),
    "business-licence.uscc": mark("统一社会信用代码"),
    "business-licence.representative_number": mark("法定代表人或经营者的身份证号码"),
    "senior-allowance-notice.monthly_amount": mark("每月津贴"),
    "public-venue-hygiene-permit.venue_name": mark("场所名称"),
    "ride-hailing-driver-certificate.name": mark("姓名"),
    "unemployment-certificate.registered_on": mark("失业登记日期"),
    "civil-affairs/death-register.registered": mark("有死亡登记"),
    "credit/public-credit.dishonest": mark("列入严重失信主体名单"),
    "credit/public-credit.false_promises": mark("不实承诺记录"),
    "police/drug-record.records": mark("吸毒记录"),
    "police/traffic-record.offences": mark("交通违法"),
    "police/traffic-record.cycles": mark("记分周期"),
    "justice/criminal-record.records": mark("犯罪记录"),
    "justice/release-record.released_on": mark("刑满释放日期"),
    "transport/revocations.records": mark("吊销、撤销记录"),
    "market/restricted-persons.restricted": mark("是市场准入限制人员"),
    "market/owned-businesses.businesses": mark("名下经营主体"),
    "social-insurance/status.months": mark("缴费月份"),
    "social-insurance/employment.employer": mark("参保单位"),
    "social-insurance/employment.months": mark("在该单位连续缴费的月数"),
    "human-resources/employment-subsidies.employees": mark("已享受补贴的人员"),
    "education/degrees.records": mark("学历学位"),
    "social-insurance/employment.number": mark("员工的身份证号码"),
    "employment-subsidy-notice.amount": mark("核准的金额"),
    "employment-subsidy-notice.headcount": mark("计发人数"),
    "employment-subsidy-record.uscc": mark("申领单位的统一社会信用代码"),
    "talent-housing-subsidy-notice.amount": mark("核准的金额"),
}
"""What is not here is called as the precheck asks for it."""
BUILT_IN: Mapping[str, str] = {
    "status": mark("状态"),
    "issued_on": mark("签发日期"),
    "valid_until": mark("有效期至"),
    "valid": mark("有效"),
}
"""What all evidence has."""


def attribute_label(type_: str, attribute: str) -> str:
    """A marked text; the attribute's own name where there is none."""
    key = f"{type_}.{attribute}"
    return ATTRIBUTES.get(key) or ASKED.get(key) or BUILT_IN.get(attribute, attribute)
