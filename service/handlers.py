"""Who does the work that is kept for later, and who is told that a case moved."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from service.cases import actions as on_cases
from service.licences import actions as licences
from service.licences import reminding
from service.mandates import giving
from service.notifications import actions as on_notifications
from service.payments import actions as on_payments
from service.policies import actions as policies
from service.retention import actions as retention
from service.review import actions as on_reviews
from service.revocations import follow_ups
from service.state import Service
from service.work.actions import Handler, Work


def handlers(service: Service) -> Mapping[str, Handler]:
    """Who does which kind of work."""
    return {
        on_cases.SOURCE: partial(on_cases.try_again, service),
        on_cases.LAPSE: partial(on_cases.lapse, service),
        on_cases.EARLIER: partial(on_cases.put_down_earlier, service),
        on_cases.MOVED: partial(moved, service),
        follow_ups.CHECK: partial(follow_ups.check, service),
        giving.MOVED: partial(on_notifications.tell_of_mandate, service),
        reminding.EXPIRING: partial(on_notifications.tell_of_expiry, service),
        on_notifications.DELIVER: partial(on_notifications.deliver, service),
        retention.NIGHTLY: partial(retention.erase, service),
        policies.JOB: partial(policies.run_job, service),
    }


def moved(service: Service, work: Work) -> None:
    """Tells everybody who has to do with what happened to a case."""
    policies.observe(service, work)
    on_payments.follow(service, work)
    follow_ups.follow(service, work)
    on_notifications.tell(service, work)
    licences.follow(service, work)
    on_reviews.observe(service, work)
