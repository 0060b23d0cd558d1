"""The made-up people, licences and register entries that a new database starts with, and the secret it draws with.

Nobody here exists. Days that would spoil with time are counted from the day the database is made.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session

from service.accounts import actions as accounts
from service.clients import actions as clients
from service.evidence import actions as evidence
from service.mandates import standing as mandates
from service.web.translation import mark

DRAW_SECRET = b"miaopi demo draw 119"
"""Known to all, so good for made-up people alone: under it 李桂芳's senior allowance is never drawn for a second look."""

LI, WU, HE = "440309194503150021", "440309195104060023", "440309194808150014"
SUN = "44030919461102003X"
DAUGHTER, MOTHER, CHILD, REPRESENTATIVE = "440309197205180023", "440309198907230042", "440309201909010021", "440309199508200019"
FIRM, APPROVER = "91440309MA5XQY1231", "440309198001010019"
APPROVER_2, HEAD, HR_APPROVER = "440309198503120023", "440309197209080038", "440309198811050047"
HR_HEAD = "440309197906220067"
WRITER, WRITER_2, AUDITOR = "440309198604020013", "440309197909160020", "440309197604120036"
OPERATOR, ADMINISTRATOR = "440309198611300056", "440309196802140076"
PORTAL = "demo-portal"
_EMPLOYEES = {"440309199703120014": 7, "44030919970313001X": 9}


def _staff(name: str, number: str, roles: str, department: str | None = None, queues: str = "") -> dict[str, Any]:
    return {"kind": "person", "name": name, "number": number, "roles": roles, "department": department, "queues": queues}


PEOPLE: list[dict[str, Any]] = [
    {"kind": "person", "name": "李桂芳", "number": LI, "roles": "applicant"},
    {"kind": "person", "name": "吴秀珍", "number": WU, "roles": "applicant"},
    {"kind": "person", "name": "何振声", "number": HE, "roles": "applicant"},
    {"kind": "organisation", "name": "深圳市龙华区晨光百货有限公司", "number": FIRM, "agent_number": REPRESENTATIVE,
     "roles": "applicant"},
    {"kind": "person", "name": "孙国强", "number": SUN, "roles": "applicant"},
    {"kind": "person", "name": "林晓东", "number": REPRESENTATIVE, "roles": "applicant"},
    {"kind": "person", "name": "周晓梅", "number": DAUGHTER, "roles": "applicant"},
    {"kind": "person", "name": "方敏", "number": MOTHER, "roles": "applicant"},
    {"kind": "person", "name": "陈一诺", "number": CHILD, "roles": "applicant", "made_up": False},
    _staff("郑文清", APPROVER, "applicant approver", "civil-affairs"),
    _staff("罗海燕", APPROVER_2, "approver", "civil-affairs", "general spot-check"),
    _staff("梁志刚", HEAD, "head", "civil-affairs"),
    _staff("黄文静", HR_APPROVER, "approver", "human-resources"),
    _staff("邓国强", HR_HEAD, "head", "human-resources"),
    _staff("陈立新", WRITER, "policy_writer", "civil-affairs"),
    _staff("许丽娟", WRITER_2, "policy_writer", "civil-affairs"),
    _staff("周书明", AUDITOR, "auditor"),
    _staff("谢俊杰", OPERATOR, "operator"),
    _staff("马秀兰", ADMINISTRATOR, "administrator"),
]  # fmt: skip

PURPOSES: dict[str, str] = {
    LI: mark("申领高龄老人津贴，当场获批"),
    WU: mark("户籍在外地，申领高龄老人津贴会被拒"),
    HE: mark("死亡登记查询没有回应，申请转人工"),
    SUN: mark("死亡登记有误，申领高龄老人津贴要由审批人核对"),
    FIRM: mark("申领创业带动就业补贴"),
    REPRESENTATIVE: mark("晨光百货的法定代表人，代单位办事"),
    DAUGHTER: mark("李桂芳的女儿，受母亲委托代办民政事项"),
    MOTHER: mark("陈一诺的母亲，代孩子办事"),
    APPROVER: mark("办理规则没有决定的办件"),
    APPROVER_2: mark("与郑文清同在民政局，复核和办理申诉"),
    HEAD: mark("民政局负责人，查看工作量并调配办件"),
    HR_APPROVER: mark("办理人力资源局的办件"),
    HR_HEAD: mark("人力资源局负责人"),
    WRITER: mark("编写规则，试算并提交复核"),
    WRITER_2: mark("复核别人编写的规则并发布"),
    AUDITOR: mark("审计：查看一个办件的全部记录及其证明"),
    OPERATOR: mark("维护运行：查看并重发没有送达的通知"),
    ADMINISTRATOR: mark("管理账号、角色和代理关系"),
}
"""What each of them shows, by number."""


def seed(session: Session, now: datetime, today: date) -> None:
    """Fills a database that has nobody; leaves any other as it is."""
    if accounts.seed(session, PEOPLE):
        evidence.seed(session, licences(today), registers())
        mandates.seed(session, acting(today))
        clients.seed(session, PORTAL, mark("龙华通（演示）"), ("applications", "cases", "licences"), now)


def licences(today: date) -> list[dict[str, Any]]:
    found = []
    cities = {LI: "深圳市", WU: "惠州市", HE: "深圳市", SUN: "深圳市", DAUGHTER: "深圳市", MOTHER: "深圳市"}
    names = {each["number"]: each["name"] for each in PEOPLE}
    for number, city in cities.items():
        name, members = names[number], [MOTHER, CHILD] if number == MOTHER else [number]
        birth = f"{number[6:10]}-{number[10:12]}-{number[12:14]}"
        card = {"name": name, "number": number, "birth_date": birth}
        found.append({"type": "resident-id-card", "holder": number, "issued_on": date(2015, 6, 1), "attributes": card})
        found.append({"type": "household-register", "holder": number, "issued_on": date(2010, 3, 1),
                      "attributes": {"city": city, "head_number": number, "members": members}})  # fmt: skip
    established = today - timedelta(days=365)
    firm = {
        "name": "深圳市龙华区晨光百货有限公司",
        "uscc": FIRM,
        "established_on": established.isoformat(),
        "representative_number": REPRESENTATIVE,
    }
    born = {"name": "陈一诺", "born_on": "2019-09-01", "mother_number": MOTHER}
    found.append({"type": "birth-certificate", "holder": CHILD, "issued_on": date(2019, 9, 3), "attributes": born})
    household = {"city": "深圳市", "head_number": MOTHER, "members": [MOTHER, CHILD]}
    found.append({"type": "household-register", "holder": CHILD, "issued_on": date(2019, 10, 8), "attributes": household})
    return [*found, {"type": "business-licence", "holder": FIRM, "issued_on": established, "attributes": firm}]


def acting(today: date) -> list[dict[str, Any]]:
    """Who may act for whom."""
    names = {each["number"]: each["name"] for each in PEOPLE}
    found = [
        {"kind": "representative", "principal": FIRM, "agent": REPRESENTATIVE, "reference": "business-licence",
         "until": today + timedelta(days=365)},
        {"kind": "guardian", "principal": CHILD, "agent": MOTHER, "reference": "birth-certificate", "until": date(2037, 8, 31)},
        {"kind": "mandate", "principal": LI, "agent": DAUGHTER, "department": "civil-affairs", "until": today + timedelta(days=180)},
    ]  # fmt: skip
    return [
        {**each, "since": today, "principal_name": names[each["principal"]], "agent_name": names[each["agent"]]} for each in found
    ]


def registers() -> list[dict[str, Any]]:
    deaths = "civil-affairs/death-register"
    return [
        {"check": deaths, "subject": LI, "attributes": {"registered": False}},
        {"check": deaths, "subject": WU, "attributes": {"registered": False}},
        {"check": deaths, "subject": HE, "silent": True},
        {"check": deaths, "subject": SUN, "attributes": {"registered": True}},
        *({"check": "police/portrait", "subject": each, "attributes": {"taken_on": "2015-06-01"}} for each in (LI, WU, HE, SUN, DAUGHTER)),
        {"check": "education/enrolment", "subject": CHILD, "attributes": {"enrolled": True}},
        *(
            {"check": "social-insurance/employment", "subject": number,
             "attributes": {"employer": FIRM, "months": months, "number": number}}
            for number, months in _EMPLOYEES.items()
        ),
    ]
