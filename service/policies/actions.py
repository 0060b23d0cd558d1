"""Everything that can be done with policies, for the service's other nouns and for pages."""

from __future__ import annotations

from service.policies.drafts import begin_draft, check_draft, check_texts, draft_of, keep_draft
from service.policies.jobs import JOB, begin, job_of, last_job, run_job
from service.policies.observing import figures_of, observe, shadow_of
from service.policies.publishing import end_shadow, publish, resume, roll_back, send_back, stop, submit, withdraw
from service.policies.reading import policies_of, policy_of, review_of, version_of
from service.policies.trying import try_draft

__all__ = [
    "JOB", "begin", "begin_draft", "check_draft", "check_texts", "draft_of", "end_shadow", "figures_of", "job_of", "keep_draft",
    "last_job", "observe", "policies_of", "policy_of", "publish", "resume", "review_of", "roll_back", "run_job", "send_back",
    "shadow_of", "stop", "submit", "try_draft", "version_of", "withdraw",
]  # fmt: skip
