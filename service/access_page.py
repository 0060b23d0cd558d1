"""Writes docs/access.md, the table of access as a page for people who read law rather than YAML: `python -m service.access_page`."""

from __future__ import annotations

from pathlib import Path

from service.access import ROLES, Row, table

PAGE = Path(__file__).resolve().parents[1] / "docs" / "access.md"
_CALLED = {
    "applicant": "申请人", "approver": "审批人", "head": "负责人", "policy_writer": "政策编写人", "auditor": "审计", "operator": "运行维护",
    "administrator": "管理员",
}  # fmt: skip
_REACH = {"own": "own 本人", "department": "department 本部门", "other": "other 其他"}
_HEAD = """# Who may do what · 访问权限表

Made from [`service/access.yaml`](../service/access.yaml) by `python -m service.access_page`; not to be edited. What is not in this table,
nobody may do. The service does not start while any of its routes is missing here, and a test calls every route as every role, for what is
their own, of their department, and other people's, and finds what the table says and nothing else.

- **own 本人**: they are the applicant, or lawfully act for the applicant (mandate, guardianship, agent of an organisation).
- **department 本部门**: somebody else's, of a matter of the department they work in.
- **other 其他**: anybody else's.
- Nobody of the staff reaches a case of somebody of their household, or of somebody they act for or who acts for them, whatever their
  row says (公务员法 第七十六条). Such a case is not there for them.
- A machine client (a portal, say) has no rights of its own. With a token of the scope named it reaches what the person for whom it acts
  reaches as an applicant; where no scope is named it reaches nothing.
- A person may have several roles, and reaches what any of them does.
"""


def page() -> str:
    """The page as it should be."""
    head = "| what 事项 | who 谁 | how far 范围 | machine clients | why 理由 |\n|---|---|---|---|---|\n"
    every = "\n".join(f"| `{route}` | {row.what.en} |" for route, row in _by_route())
    return (f"{_HEAD}\n## The table\n\n{head}{''.join(map(_line, table()))}\n## Every route\n\n"
            f"| route | row |\n|---|---|\n{every}\n")  # fmt: skip


def _line(row: Row) -> str:
    scope = f"`{row.scope}`" if row.scope else "none"
    first = f"{row.what.zh} · {row.what.en}"
    if isinstance(row.who, str):
        who, reach = ("anyone 任何人", "") if row.who == "anyone" else ("whoever is signed in 登录者", "own 本人")
        return f"| {first} | {who} | {reach} | {scope} | {row.why.zh} · {row.why.en} |\n"
    who = "<br>".join(f"{_CALLED[role]} {role}" for role in ROLES if role in row.who)
    reach = "<br>".join(", ".join(_REACH[each] for each in row.who[role]) for role in ROLES if role in row.who)
    return f"| {first} | {who} | {reach} | {scope} | {row.why.zh} · {row.why.en} |\n"


def _by_route() -> list[tuple[str, Row]]:
    found = [(route, row) for row in table() for route in row.routes]
    return sorted(found, key=lambda each: each[0].split(" ")[::-1])


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
