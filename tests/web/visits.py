"""Every page there is, by the path of its route, with how to get there: what is looked at for accessibility and in pictures.

A new page gets its entry here; a test holds this list to the route table.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from service.demo import APPROVER, APPROVER_2, DAUGHTER, FIRM, HE, HEAD, LI, REPRESENTATIVE, WRITER, WRITER_2, WU

CLAIM = "/situations/senior-allowance-first-claim"
SET_ASIDE = "/situations/senior-allowance-band-change"
SENIOR, SUBSIDY = "/studio/senior-allowance", "/studio/employment-creation-subsidy"
SET_UP = "/situations/sole-trader-registration-new"


@dataclass(frozen=True, slots=True)
class Visit:
    """`name`: of the picture. `path`: where to go; `{case:…}` stands for the case that `with_cases` has by what is after the colon,
    `{day}` and `{hash}` for those of the policy writers' drafts and versions.

    `person`: who is signed in; nobody if None. `fill`: fields to fill in, then `press`, the step to press.
    """

    name: str
    path: str
    person: str | None = None
    fill: Mapping[str, str] = field(default_factory=dict)
    press: str | None = None


VISITS: Mapping[str, tuple[Visit, ...]] = {
    "/": (Visit("start", "/"), Visit("start-signed-in", "/", LI)),
    "/sign-in": (Visit("sign-in", "/sign-in"),),
    "/matters": (
        Visit("matters", "/matters"),
        Visit("matters-found", "/matters?query=补贴&instant=yes"),
        Visit("matters-nothing", "/matters?query=没有这样的事"),
    ),
    "/matters/{matter}": (Visit("matter", "/matters/senior-allowance"), Visit("matter-of-one", "/matters/sole-trader-registration")),
    "/matters/{matter}/questions": (Visit("questions", "/matters/food-business-permit/questions", press="1"),),
    "/situations/{situation}": (
        Visit("guide", CLAIM),
        Visit("guide-held", f"{CLAIM}?held=yes", LI),
        Visit("guide-by-a-person", "/situations/senior-allowance-band-change", LI),
    ),
    "/situations/{situation}/apply": (
        Visit("apply", f"{SET_UP}/apply", LI, {"form.premises": "住宅"}),
        Visit("apply-gaps", f"{SET_UP}/apply", LI, {"form.contact": "12"}, "check"),
        Visit("apply-list", "/situations/employment-creation-subsidy-claim/apply", FIRM),
        Visit("apply-documents", "/situations/labour-dispatch-permit-new/apply", FIRM, press="check"),
        Visit("apply-prefilled", "/situations/public-venue-hygiene-permit-new/apply", FIRM),
    ),
    "/situations/{situation}/apply/check": (Visit("check", f"{SET_ASIDE}/apply", HE, {"note": "已满八十周岁"}, "check"),),
    "/my/drafts": (Visit("drafts", "/my/drafts", HE), Visit("drafts-none", "/my/drafts", WU)),
    "/situations/{situation}/precheck": (
        Visit("precheck", "/situations/ride-hailing-driver-certificate-new/precheck"),
        Visit("precheck-answer", f"{CLAIM}/precheck", fill={"evidence.id_card.birth_date": "1945-03-15"}, press="look"),
    ),
    "/my/cases": (Visit("cases", "/my/cases", WU), Visit("cases-none", "/my/cases", FIRM)),
    "/my/cases/{number}": (
        Visit("case-approved", f"/my/cases/{{case:{LI}}}", LI),
        Visit("case-rejected", f"/my/cases/{{case:{WU}}}", WU),
        Visit("case-asked", "/my/cases/{case:asked}", LI),
        Visit("case-waiting", f"/my/cases/{{case:{HE}}}", HE),
        Visit("case-revoking", "/my/cases/{case:revoking}", HE),
    ),
    "/my/cases/{number}/statement": (
        Visit("statement", "/my/cases/{case:revoking}/statement", HE),
        Visit("statement-gap", "/my/cases/{case:revoking}/statement", HE, press="send"),
    ),
    "/my/cases/{number}/withdraw": (Visit("withdraw", f"/my/cases/{{case:{HE}}}/withdraw", HE),),
    "/my/cases/{number}/appeal": (Visit("appeal", f"/my/cases/{{case:{WU}}}/appeal", WU),),
    "/my/cases/{number}/supplement": (Visit("supplement", "/my/cases/{case:asked}/supplement", LI),),
    "/my/licences": (Visit("licences", "/my/licences", LI), Visit("licences-none", "/my/licences", WRITER_2)),
    "/my/licences/{id}": (
        Visit("licence", "/my/licences/{case:licence}", LI),
        Visit("licence-shown", "/my/licences/{case:licence}", LI, press="show"),
    ),
    "/my/licence-uses": (Visit("licence-uses", "/my/licence-uses", LI), Visit("licence-uses-none", "/my/licence-uses", FIRM)),
    "/my/inbox": (Visit("inbox", "/my/inbox", LI), Visit("inbox-none", "/my/inbox", FIRM)),
    "/my/portals": (Visit("portals", "/my/portals", LI), Visit("portals-given", "/my/portals", HE)),
    "/my/preferences": (
        Visit("preferences", "/my/preferences", LI),
        Visit("preferences-gap", "/my/preferences", LI, {"email": "li"}, "save"),
    ),
    "/acting": (Visit("acting", "/acting", REPRESENTATIVE), Visit("acting-for-nobody", "/acting", WU)),
    "/my/mandates": (
        Visit("mandates", "/my/mandates", DAUGHTER), Visit("mandates-given", "/my/mandates", LI),
        Visit("mandates-none", "/my/mandates", WU),
    ),
    "/my/mandates/new": (
        Visit("mandate-new", f"/my/mandates/new?situation={CLAIM.rpartition('/')[2]}", LI),
        Visit("mandate-gaps", "/my/mandates/new", LI, {"agent_name": "周晓梅", "agent_number": "1" * 18}, "give"),
    ),
    "/verify": (Visit("verify", "/verify"),),
    "/verify/{code}": (Visit("verified", "{case:verify}"), Visit("verify-unknown", "/verify/none")),
    "/studio": (Visit("studio", "/studio", WRITER),),
    "/studio/{ruleset}": (Visit("ruleset", SENIOR, WRITER), Visit("ruleset-quiet", "/studio/unemployment-registration", WRITER)),
    "/studio/{ruleset}/versions/{hash}": (Visit("version", f"{SENIOR}/versions/{{hash}}", WRITER),),
    "/studio/{ruleset}/versions/{hash}/roll-back": (Visit("roll-back", f"{SENIOR}/versions/{{hash}}/roll-back", WRITER),),
    "/studio/{ruleset}/stop": (Visit("stop", f"{SENIOR}/stop", WRITER),),
    "/studio/{ruleset}/resume": (Visit("resume", f"{SENIOR}/resume", WRITER),),
    "/studio/{ruleset}/coming/{since}/withdraw": (Visit("withdraw-version", f"{SENIOR}/coming/{{day}}/withdraw", WRITER),),
    "/studio/{ruleset}/shadow": (Visit("shadow-none", f"{SENIOR}/shadow", WRITER),),
    "/studio/{ruleset}/drafts/{effective}": (Visit("editor", f"{SENIOR}/drafts/{{day}}", WRITER),),
    "/studio/{ruleset}/drafts/{effective}/tables": (Visit("tables", f"{SENIOR}/drafts/{{day}}/tables", WRITER),),
    "/studio/{ruleset}/drafts/{effective}/try": (Visit("try", f"{SENIOR}/drafts/{{day}}/try", WRITER),),
    "/studio/{ruleset}/drafts/{effective}/cases": (Visit("draft-cases", f"{SENIOR}/drafts/{{day}}/cases", WRITER),),
    "/studio/{ruleset}/drafts/{effective}/review": (
        Visit("submit", f"{SENIOR}/drafts/{{day}}/review", WRITER),
        Visit("publish", f"{SUBSIDY}/drafts/{{day}}/review", WRITER_2),
    ),
    "/desk": (
        Visit("desk", "/desk", APPROVER),
        Visit("desk-nothing", "/desk?state=under_appeal", APPROVER),
        Visit("desk-filter", "/desk?queue=general", HEAD),
    ),
    "/desk/cases/{number}": (
        Visit("desk-case", "/desk/cases/{case:mine}", APPROVER),
        Visit("desk-case-free", "/desk/cases/{case:free}", APPROVER),
        Visit("desk-case-gaps", "/desk/cases/{case:card}", APPROVER, press="reject"),
        Visit("desk-case-public", "/desk/cases/{case:public}", APPROVER),
        Visit("desk-case-second", "/desk/cases/{case:second}", APPROVER_2),
    ),
    "/desk/cases/{number}/supplement": (Visit("desk-supplement", "/desk/cases/{case:mine}/supplement", APPROVER),),
    "/desk/cases/{number}/transfer": (Visit("desk-transfer", "/desk/cases/{case:mine}/transfer", APPROVER, press="send"),),
    "/desk/cases/{number}/procedure": (
        Visit("desk-procedure", "/desk/cases/{case:public}/procedure", APPROVER),
        Visit("desk-procedure-none", "/desk/cases/{case:mine}/procedure", APPROVER),
    ),
    "/desk/cases/{number}/revoke": (Visit("desk-revoke", f"/desk/cases/{{case:{LI}}}/revoke", HEAD),),
    "/desk/samples": (Visit("desk-samples", "/desk/samples", APPROVER),),
    "/desk/samples/{number}": (Visit("desk-sample", f"/desk/samples/{{case:{LI}}}", APPROVER),),
    "/desk/follow-ups": (Visit("desk-follow-ups", "/desk/follow-ups", APPROVER),),
    "/desk/load": (Visit("desk-load", "/desk/load", HEAD),),
    "/desk/hand-over": (Visit("desk-hand-over", "/desk/hand-over", HEAD, press="send"),),
    "/desk/templates": (Visit("desk-templates", "/desk/templates", HEAD),),
    "a problem": (Visit("problem", "/nothing-is-here"),),
}
"""By the route's path; `a problem` stands for every page that says what went wrong."""

NO_PAGES = {
    "/static/{name}", "/desk/export", "/desk/next", "/display", "/sign-out", "/acting/confirm", "/sign-in/oidc",
    "/sign-in/oidc/callback", "/sign-in/oidc/out",
}  # fmt: skip
"""Routes that answer no page of their own, or only where there is an identity provider (`test_sign_in_by_provider.py`)."""
EVERY = [visit for visits in VISITS.values() for visit in visits]
