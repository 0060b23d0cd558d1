"""From a draft to a decision: what a policy writer and a second person do, and what stands in their way."""

from __future__ import annotations

import pytest

from service.accounts.actions import enrol
from service.demo import APPROVER, LI, WRITER
from tests.service.conftest import CLAIM, V1, Client
from tests.service.policies.writing import (
    SENIOR,
    TODAY,
    TOMORROW,
    Writers,
    cases,
    flat,
    path,
    policy,
    put,
    seen,
    text_with,
)


def test_a_threshold_is_changed_proved_and_published_by_a_second_person_and_decides_the_next_application(
    writing: Writers, client: Client
) -> None:
    """The ten minutes of a policy writer."""
    one, other = writing.one, writing.other
    before = client.signed_in(LI).post(f"{V1}/situations/{CLAIM['situation']}/precheck", _facts()).json()
    assert before["conclusion"] == "approve"
    text, with_cases = flat(500, age=85), cases(TODAY)

    wrong = put(one, path(TODAY), text.replace("years >= minimum_age", "years >= minimum_agee"), with_cases).json()
    [finding] = one.post(path(TODAY, "check")).json()["findings"]
    assert (finding["path"], finding["code"], finding["near"]) == (f"{SENIOR}/{TODAY}.yaml", "unknown-name-near", "minimum_age")
    assert min(finding["line"], finding["column"]) > 1
    assert set(finding["messages"]) == {"zh", "en"}
    assert writing.submit(version=wrong["version"]).json()["type"] == "urn:miaopi:problem:policy-refused"

    kept = put(one, path(TODAY), text, with_cases, wrong["version"])
    assert (kept.status_code, kept.headers["etag"]) == (200, '"2"')
    assert one.post(path(TODAY, "check")).json()["errors"] == 0

    tried = one.post(path(TODAY, "try"), {"facts": _facts()}).json()
    assert (tried["conclusion"], tried["in_force"], tried["differing"]) == ("reject", "approve", {"aged": ["pass", "fail"]})

    job = one.post(path(TODAY, "test"))
    assert (job.status_code, job.json()["state"]) == (202, "waiting")
    writing.do_work()
    done = one.get(job.headers["location"]).json()
    assert (done["state"], done["passed"], done["finished"]) == ("done", True, done["total"])
    assert done["report"]["coverage"] == []

    assert writing.submit(version=2).json()["state"] == "submitted"
    shown = other.get(path(TODAY, "review")).json()
    assert shown["draft"]["may_publish"] is True
    assert {"section": "parameters", "name": "minimum_age"}.items() <= _change(shown, "minimum_age").items()
    assert "+  minimum_age: {type: integer, label: 起领年龄, basis: 第三条, from: {2019-10-01: 85}}" in shown["text"]
    assert shown["job"]["passed"] is True

    assert writing.publish(version=3).json()["state"] == "published"
    decided = client.signed_in(LI).apply().json()
    assert (decided["conclusion"], decided["ruleset"]) == ("reject", f"{SENIOR}/{TODAY}")
    found = policy(one)
    assert found["in_force"] == found["versions"][0]["hash"]
    assert (found["versions"][0]["author"], found["versions"][0]["reviewer"]) == ("陈立新", "许丽娟")
    assert [each["kind"] for each in found["history"]] == ["published", "submitted", "drafted", "drafted", "imported"]


def test_a_draft_with_a_failing_case_a_gap_or_no_reason_is_not_submitted(writing: Writers) -> None:
    version = writing.draft(flat(500), cases(TODAY, grant=400))["version"]
    refused = writing.submit(version=version).json()
    assert refused["type"] == "urn:miaopi:problem:cases-failed"
    assert refused["cases"][0]["got"]["grant"] == {"monthly_amount": "500.00"}

    version = put(writing.one, path(TODAY), flat(500), "", version).json()["version"]
    refused = writing.submit(version=version).json()
    assert refused["type"] == "urn:miaopi:problem:coverage-missing"
    assert {"aged", "alive"} <= {each.get("condition") for each in refused["coverage"]}

    version = put(writing.one, path(TODAY), flat(500), cases(TODAY), version).json()["version"]
    for reason in (None, "", "  "):
        assert writing.submit(version=version, reason=reason).json()["type"] == "urn:miaopi:problem:reason-missing"
    assert writing.submit(version=version).status_code == 200


def test_nobody_publishes_what_they_had_a_hand_in(writing: Writers) -> None:
    version = writing.draft(flat(500), cases(TODAY))["version"]
    version = put(writing.other, path(TODAY), flat(510), cases(TODAY, 510), version).json()["version"]
    version = writing.submit(version=version).json()["version"]
    for each in (writing.one, writing.other):
        assert each.get(path(TODAY)).json()["may_publish"] is False
        answer = writing.publish(version=version, by=each)
        assert (answer.status_code, answer.json()["type"]) == (403, "urn:miaopi:problem:own-draft")


def test_a_second_account_of_the_same_person_is_the_same_person(writing: Writers, client: Client) -> None:
    firm = {"kind": "organisation", "name": "深圳市龙华区规则咨询有限公司", "number": "91440300MA5DA1234T", "agent_number": WRITER,
            "roles": "policy_writer"}  # fmt: skip
    writing.service.database.write(lambda session: enrol(session, [firm]))
    version = writing.draft(flat(500), cases(TODAY))["version"]
    version = writing.submit(version=version).json()["version"]
    second = client.signed_in(firm["number"])
    assert second.get(path(TODAY)).json()["may_publish"] is False
    assert writing.publish(version=version, by=second).json()["type"] == "urn:miaopi:problem:own-draft"


def test_what_is_not_submitted_or_has_changed_is_not_published(writing: Writers) -> None:
    version = writing.draft(flat(500), cases(TODAY))["version"]
    assert writing.publish(version=version).json()["type"] == "urn:miaopi:problem:draft-not-submitted"
    submitted = writing.submit(version=version).json()["version"]
    answer = writing.publish(version=version)
    assert (answer.status_code, answer.json()["version"]) == (412, submitted)
    assert writing.publish(version=None).status_code == 428  # type: ignore[arg-type]
    put(writing.one, path(TODAY), flat(501), cases(TODAY, 501), submitted)
    assert writing.publish(version=submitted + 1).json()["type"] == "urn:miaopi:problem:draft-not-submitted"


def test_what_is_sent_back_is_changed_submitted_again_and_published_by_whoever_sent_it_back(writing: Writers) -> None:
    version = writing.draft(flat(500), cases(TODAY))["version"]
    send_back = path(TODAY, "send-back")
    early = writing.other.post(send_back, {"remark": "早了"}, headers=seen(version))
    assert early.json()["type"] == "urn:miaopi:problem:draft-not-submitted"
    version = writing.submit(version=version).json()["version"]
    assert writing.other.post(send_back, {"remark": ""}, headers=seen(version)).status_code == 422
    assert writing.other.post(send_back, {"remark": "金额有误"}, headers=seen(version - 1)).status_code == 412
    back = writing.other.post(send_back, {"remark": "金额应为510元"}, headers=seen(version)).json()
    assert (back["state"], back["remark"], back["may_publish"], back["writers"]) == ("draft", "金额应为510元", False, ["陈立新"])
    assert writing.publish(version=back["version"]).json()["type"] == "urn:miaopi:problem:draft-not-submitted"
    kept = put(writing.one, path(TODAY), flat(510), cases(TODAY, 510), back["version"]).json()
    assert kept["remark"] == "金额应为510元"
    again = writing.submit(version=kept["version"]).json()
    assert again["remark"] is None
    assert writing.publish(version=again["version"]).json()["state"] == "published"
    assert "sent-back" in [each["kind"] for each in policy(writing.one)["history"]]


def test_nothing_takes_effect_in_the_past(writing: Writers) -> None:
    writing.draft(flat(500), cases("2026-11-22"), "2026-11-22")
    assert writing.submit("2026-11-22").json()["type"] == "urn:miaopi:problem:effective-past"


def test_a_draft_that_another_changed_meanwhile_is_not_overwritten(writing: Writers) -> None:
    first = writing.draft("x", "")["version"]
    put(writing.other, path(TODAY), "y", "", first)
    answer = put(writing.one, path(TODAY), "z", "", first)
    assert (answer.status_code, answer.json()["by"]) == (412, "许丽娟")
    assert put(writing.one, path(TODAY), "z").status_code == 428
    assert writing.one.get(path(TODAY)).json()["text"] == "y"


@pytest.mark.parametrize("text", ["", "a: b: c", "ruleset: [", "\x07", "%", "ruleset: other-one", "规" * 100_000, "- " * 5000])
def test_whatever_is_written_is_kept_and_every_finding_is_shown(writing: Writers, text: str) -> None:
    assert put(writing.one, path(TODAY), text, text).status_code == 200
    assert writing.one.get(path(TODAY)).json()["text"] == text
    assert writing.one.post(path(TODAY, "check")).json()["errors"] >= 1
    assert writing.one.get(path(TODAY, "review")).status_code == 200
    assert writing.one.post(path(TODAY, "try"), {"facts": {}}).json()["type"] == "urn:miaopi:problem:policy-refused"
    job = writing.one.post(path(TODAY, "test")).headers["location"]
    writing.do_work()
    done = writing.one.get(job, headers={"Accept-Language": "en"}).json()
    assert (done["state"], done["passed"]) == ("done", False)
    first = done["report"]["findings"][0]
    assert first["message"] == first["messages"]["en"] != first["messages"]["zh"]


def test_a_draft_begins_with_what_would_decide_that_day_and_cases_that_stay_right(writing: Writers) -> None:
    """All days of the cases about birthdays go on by a year, those of cases that need the calendar do not."""
    where = path(TOMORROW, "begin")
    begun = writing.one.post(where)
    assert (begun.status_code, begun.json()["text"]) == (200, text_with())
    assert "on: 2027-11-23\n" in begun.json()["cases"]
    assert "birth_date: 1957-11-23" in begun.json()["cases"]
    job = writing.one.post(path(TOMORROW, "test")).headers["location"]
    writing.do_work()
    assert writing.one.get(job).json()["passed"] is True
    venue = writing.one.post(path(TOMORROW, "begin", "public-venue-hygiene-permit")).json()["cases"]
    assert f"on: {TOMORROW}\n" in venue
    assert f"on: {TODAY}" not in venue
    assert writing.one.post(path(TOMORROW, "check", "public-venue-hygiene-permit")).json()["errors"] == 0
    assert writing.one.post(where).status_code == 412
    assert writing.one.post(where.replace(SENIOR, "no-such")).json()["type"] == "urn:miaopi:problem:unknown-ruleset"


def test_a_job_of_a_draft_that_has_changed_is_outdated(writing: Writers) -> None:
    writing.draft(flat(500), cases(TODAY))
    job = writing.one.post(path(TODAY, "test")).headers["location"]
    put(writing.one, path(TODAY), flat(501), "", 1)
    writing.do_work()
    assert writing.one.get(job).json()["state"] == "outdated"


@pytest.mark.parametrize("number", [APPROVER, LI])
def test_only_policy_writers_see_or_change_policies(writing: Writers, client: Client, number: str) -> None:
    writing.draft(flat(500), cases(TODAY))
    other = client.signed_in(number)
    for answer in (
        other.get(f"{V1}/policies"), other.get(f"{V1}/policies/{SENIOR}"), other.get(path(TODAY)), put(other, path(TODAY), "x"),
        other.post(path(TODAY, "check")), other.post(path(TODAY, "test")), other.post(path(TODAY, "submit"), {}, headers=seen(1)),
        other.post(path(TODAY, "publish"), {}, headers=seen(1)), other.post(f"{V1}/policies/{SENIOR}/stop", {"reason": "x"}),
        other.get(f"{V1}/policies/{SENIOR}/shadow"),
    ):  # fmt: skip
        assert (answer.status_code, answer.json()["type"]) == (403, "urn:miaopi:problem:not-for-you")
    assert client.get(f"{V1}/policies").status_code == 401


def test_a_new_ruleset_can_be_drafted_and_published_though_no_situation_has_it_yet(writing: Writers) -> None:
    text = flat(500).replace("ruleset: senior-allowance", "ruleset: late-allowance")
    assert put(writing.one, path(TOMORROW, ruleset="late-allowance"), text, cases(TOMORROW)).status_code == 200
    listed = {each["ruleset"]: each for each in writing.one.get(f"{V1}/policies").json()["policies"]}
    assert (listed["late-allowance"]["state"], listed[SENIOR]["state"]) == ("draft", "active")
    found = writing.one.post(path(TOMORROW, "check", "late-allowance")).json()
    assert found["errors"] == 0
    assert put(writing.one, path(TOMORROW, ruleset="Not an id"), text).status_code == 404


def test_a_change_that_no_longer_fits_the_catalogue_is_found(writing: Writers) -> None:
    writing.draft(text_with(("queue: life-status", "queue: nowhere")), "")
    assert "matters.yaml" in {each["path"] for each in writing.one.post(path(TODAY, "check")).json()["findings"]}


def _facts() -> dict[str, object]:
    card = {"name": "李桂芳", "number": "440309194503150021", "birth_date": "1945-03-15"}
    return {
        "applicant": {"name": "李桂芳", "number": "440309194503150021"}, "form": CLAIM["form"],
        "evidence": {"id_card": card, "hukou": {"city": "深圳市"}, "death": {"registered": False}, "notice": "none"},
    }  # fmt: skip


def _change(shown: dict[str, list[dict[str, object]]], name: str) -> dict[str, object]:
    return next(each for each in shown["changes"] if each["name"] == name)


