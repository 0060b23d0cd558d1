"""What the precheck asks instead of looking it up: attributes of licences and checks, by `<type>.<attribute>`.

The rules name attributes and do not label them. One that is not here is not asked, and stays unknown until the real thing is looked up.
"""

from __future__ import annotations

from collections.abc import Mapping

from service.web.translation import mark

ATTRIBUTES: Mapping[str, str] = {
    "resident-id-card.birth_date": mark("出生日期"),
    "household-register.city": mark("户籍所在的城市，例如深圳市"),
    "residence-permit.first_issued_on": mark("居住证首次签发的日期"),
    "residence-permit.endorsed_until": mark("居住证签注到哪一天"),
    "business-licence.established_on": mark("营业执照上的登记日期"),
    "driving-licence.classes": mark("驾驶证的准驾车型"),
    "driving-licence.first_issued_on": mark("驾驶证首次签发的日期"),
    "taxi-driver-certificate.city": mark("巡游出租车驾驶员证由哪个城市签发"),
    "hygiene-test-report.qualified": mark("卫生检测报告的结论是合格"),
    "hygiene-test-report.tested_on": mark("卫生检测的日期"),
    "police/residence-registration.registered": mark("有居住登记"),
    "transport/driver-exam.passed": mark("通过了网约车驾驶员考试"),
    "human-resources/talent-transfer.kind": mark("按哪一类人才引进"),
    "human-resources/talent-transfer.on": mark("人才引进的日期"),
    "human-resources/high-level-talent.certified": mark("已认定为高层次人才"),
    "human-resources/unemployment-register.registered": mark("现在已经登记失业"),
    "human-resources/employment-subsidies.paid": mark("已经领过的本项补贴"),
    "housing/benefit-record.received": mark("享受过住房优惠政策"),
    "social-insurance/status.insured": mark("现在参加社会保险"),
    "social-insurance/status.last_kind": mark("最近一次参保的类型"),
    "social-insurance/pension.drawing": mark("现在领取养老待遇"),
    "education/enrolment.enrolled": mark("现在在校读书"),
    "education/enrolment.left_on": mark("离校的日期"),
    "veterans/discharge.discharged_on": mark("退出现役的日期"),
    "health/premises-inspection.meets_standard": mark("场所通过了卫生现场核查"),
    "health/staff-certificates.uncertified": mark("没有健康合格证明的从业人员人数"),
}
