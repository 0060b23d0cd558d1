"""People and programs are told what happened to their cases: once, in their language, not at night, and again where it failed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook

from service.app import create_app
from service.cases.states import FOLLOWING
from service.demo import HE, LI, WU
from service.notifications.actions import _after_quiet, replay
from service.notifications.settings import Mail, NotificationSettings, read_settings
from service.notifications.tables import ContactRow
from service.notifications.templates import templates
from service.notifications.webhooks import Forbidden, resolved
from service.settings import Settings
from service.state import Service
from tests.service.conftest import NOW, V1, Client, Clock, do_work
from tests.service.notifications.receivers import Mailbox, Program, mail_server, program
from tests.service.rows import select

ADDRESS = "li@example.com"


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with mail_server() as found:
        yield found


@pytest.fixture
def receiver() -> Iterator[Program]:
    with program() as found:
        yield found


@pytest.fixture
def telling(service: Service, mailbox: Mailbox) -> Service:
    """A service that sends mail, and webhooks to this machine."""
    mail = Mail("smtp", "127.0.0.1", mailbox.port, None, None, "hall@longhua.example")
    return replace(service, notifications=NotificationSettings(mail, local_webhooks=True, site="https://hall.example"))


def prefer(client: Client, **preferences: Any) -> None:
    answer = client.call("PUT", f"{V1}/preferences", json={"email": ADDRESS, **preferences})
    assert answer.status_code == 200
    assert answer.json()["email"] == ADDRESS


def signed_in(service: Service, number: str = LI) -> Client:
    return Client(create_app(service)).signed_in(number)


def test_whoever_was_decided_about_is_told_in_their_inbox_and_by_mail(telling: Service, mailbox: Mailbox) -> None:
    li = signed_in(telling)
    prefer(li)
    number = li.apply().json()["number"]
    do_work(telling)
    [message] = li.get(f"{V1}/inbox").json()["messages"]
    assert message["subject"]["zh"] == "已批准：高龄老人津贴 · 首次申领"
    assert number in message["body"]["en"]
    [(to, mail)] = mailbox.received
    assert (to, mail["subject"]) == (ADDRESS, message["subject"]["zh"])
    assert f"https://hall.example/my/cases/{number}" in mail.get_content()
    assert li.get(f"{V1}/inbox").json()["unread"] == 1
    assert li.post(f"{V1}/inbox/{message['id']}/read").status_code == 204
    assert li.get(f"{V1}/inbox").json()["unread"] == 0


def test_it_is_told_in_the_language_that_was_chosen(telling: Service, mailbox: Mailbox) -> None:
    wu = signed_in(telling, WU)
    prefer(wu, language="en")
    wu.apply()
    do_work(telling)
    assert mailbox.received[0][1]["subject"].startswith("Not approved: ")


def test_every_status_of_a_case_has_its_words() -> None:
    assert {f"case-{status.replace('_', '-')}" for status in FOLLOWING} <= templates().keys()


def test_no_message_names_a_number_of_a_person_or_of_an_account(telling: Service, mailbox: Mailbox, settings: Settings) -> None:
    for who in (LI, WU, HE):
        client = signed_in(telling, who)
        prefer(client)
        client.apply()
    do_work(telling)
    told = "".join(mail.as_string() + mail.get_content() for _, mail in mailbox.received)
    assert len(mailbox.received) == 3
    assert not [each for each in (LI, WU, HE, "6222000000000001") if each in told]


def test_work_that_is_done_twice_tells_once(telling: Service, mailbox: Mailbox, settings: Settings, clock: Clock) -> None:
    li = signed_in(telling)
    prefer(li)
    li.apply()
    do_work(telling)
    from tests.service.databases import beside

    with beside(settings.database) as connection:
        connection.exec_driver_sql("UPDATE work SET done_at = NULL WHERE kind = 'case.moved'")
    do_work(telling)
    assert len(mailbox.received) == 1
    assert len(li.get(f"{V1}/inbox").json()["messages"]) == 1


def test_what_is_no_decision_may_be_switched_off_and_what_is_one_may_not(telling: Service, mailbox: Mailbox) -> None:
    he = signed_in(telling, HE)
    off = [{"topic": topic, "channel": "email"} for topic in ("progress", "decision")]
    prefer(he, off=off)
    number = he.apply().json()["number"]
    he.post(f"{V1}/cases/{number}/withdraw", {})
    do_work(telling)
    assert mailbox.received == []
    assert len(he.get(f"{V1}/inbox").json()["messages"]) == 2
    wu = signed_in(telling, WU)
    prefer(wu, off=off)
    wu.apply()
    do_work(telling)
    assert len(mailbox.received) == 1


def test_nothing_is_sent_in_quiet_hours_but_after_them(telling: Service, mailbox: Mailbox, clock: Clock) -> None:
    li = signed_in(telling)
    prefer(li, quiet_hours={"from": 9, "until": 12})  # it is ten in the morning
    li.apply()
    do_work(telling)
    assert mailbox.received == []
    clock.on(hours=2)
    do_work(telling)
    assert len(mailbox.received) == 1


@given(st.integers(0, 23), st.integers(0, 23), st.integers(0, 24 * 60 - 1))
def test_whatever_is_sent_is_sent_outside_the_quiet_hours_and_within_a_day(start: int, until: int, minutes: int) -> None:
    contact = ContactRow(account_id=1, quiet_from=start, quiet_until=until)
    now = NOW + timedelta(minutes=minutes)
    sent = _after_quiet(now, contact)
    hour = (sent.hour + 8) % 24
    assert now <= sent < now + timedelta(days=1)
    assert start == until or not (start <= hour < until if start < until else hour >= start or hour < until)


def test_a_mail_server_that_refuses_is_tried_again_and_given_up_and_an_operator_starts_it_anew(
    telling: Service, mailbox: Mailbox, settings: Settings, clock: Clock
) -> None:
    li = signed_in(telling)
    prefer(li)
    li.apply()
    mailbox.refusing = True
    for _ in range(40):
        do_work(telling)
        clock.on(hours=2)
    [(state, attempts)] = select(settings.database, "SELECT state, attempts FROM delivery")
    assert (state, attempts) == ("failed", 12)
    mailbox.refusing = False
    [(id_,)] = select(settings.database, "SELECT id FROM delivery")
    replay(telling.database, id_ if isinstance(id_, UUID) else UUID(id_), telling.now())
    do_work(telling)
    assert len(mailbox.received) == 1
    assert select(settings.database, "SELECT state FROM delivery") == [("sent",)]


def test_a_program_is_told_by_a_signed_event(telling: Service, receiver: Program) -> None:
    li = signed_in(telling)
    made = li.post(f"{V1}/webhooks", {"url": receiver.url})
    assert made.status_code == 201
    number = li.apply().json()["number"]
    do_work(telling)
    [(headers, body)] = receiver.received
    event = orjson.loads(body)
    assert (event["specversion"], event["type"], event["subject"]) == ("1.0", "miaopi.case.approved", number)
    assert event["data"] == {"number": number, "situation": "senior-allowance-first-claim", "status": "approved", "version": 1}
    assert event["id"] == headers["webhook-id"]
    assert Webhook(made.json()["secret"]).sign(headers["webhook-id"], NOW, body.decode()) == headers["webhook-signature"]


@pytest.mark.parametrize("status", [500, 302, 404, 410])
def test_a_program_is_told_until_it_acknowledges(telling: Service, receiver: Program, clock: Clock, status: int) -> None:
    li = signed_in(telling)
    li.post(f"{V1}/webhooks", {"url": receiver.url})
    receiver.status = status
    li.apply()
    do_work(telling)
    clock.on(hours=1)
    receiver.status = 200
    do_work(telling)
    clock.on(hours=1)
    do_work(telling)
    assert len(receiver.received) == 2
    assert len({headers["webhook-id"] for headers, _ in receiver.received}) == 1


def test_a_secret_is_told_once_and_a_webhook_that_is_gone_is_told_nothing(telling: Service, receiver: Program) -> None:
    li = signed_in(telling)
    id_ = li.post(f"{V1}/webhooks", {"url": receiver.url}).json()["id"]
    assert [each["secret"] for each in li.get(f"{V1}/webhooks").json()["webhooks"]] == [None]
    wu = signed_in(telling, WU)
    assert wu.call("DELETE", f"{V1}/webhooks/{id_}").status_code == 404
    assert li.call("DELETE", f"{V1}/webhooks/{id_}").status_code == 204
    li.apply()
    do_work(telling)
    assert receiver.received == []


@pytest.mark.parametrize(
    "url", ["https://127.0.0.1/x", "https://localhost/x", "https://10.0.0.1/", "https://[::1]/", "http://example.com/", "https://169.254.169.254/",
            "ftp://example.com/", "https://[::ffff:127.0.0.1]/", "https://0/", "https://no-such-host.invalid/", "https://[x/"],
)  # fmt: skip
def test_a_webhook_reaches_nothing_that_only_this_machine_can(url: str) -> None:
    with pytest.raises(Forbidden):
        resolved(url, local=False)


def test_nobody_reads_the_messages_of_others(telling: Service) -> None:
    li = signed_in(telling)
    li.apply()
    do_work(telling)
    [message] = li.get(f"{V1}/inbox").json()["messages"]
    wu = signed_in(telling, WU)
    assert wu.get(f"{V1}/inbox").json() == {"messages": [], "unread": 0, "next": None}
    assert wu.post(f"{V1}/inbox/{message['id']}/read").status_code == 404


@pytest.mark.parametrize("preferences", [
    {"email": "no address"}, {"email": "a@b.example\r\nBcc: c@d.example"}, {"language": "fr"}, {"quiet_hours": {"from": 24, "until": 1}},
    {"off": [{"topic": "weather", "channel": "email"}]}, {"off": [{"topic": "progress", "channel": "email"}] * 2},
])  # fmt: skip
def test_wrong_preferences_are_refused_and_change_nothing(client: Client, preferences: dict[str, Any]) -> None:
    li = client.signed_in(LI)
    prefer(li)
    assert li.call("PUT", f"{V1}/preferences", json=preferences).status_code == 422
    assert li.get(f"{V1}/preferences").json()["email"] == ADDRESS


def test_what_is_set_wrongly_is_named_without_its_value() -> None:
    with pytest.raises(ValueError, match="MIAOPI_SMTP") as refused:
        read_settings({"MIAOPI_SMTP": "http://user:secret@x"})
    assert "secret" not in str(refused.value)
    found = read_settings({"MIAOPI_SMTP": "smtps://u%40x:p@mail.example", "MIAOPI_SITE": "https://hall.example/"})
    assert found.mail == Mail("smtps", "mail.example", 465, "u@x", "p", "miaopi@localhost")
    assert found.site == "https://hall.example"
