"""The studio: pages for policy writers, under /studio. What they do is `service.policies.actions`; see docs/web.md."""
