"""The service over HTTP and its pages: applications, evidence, cases, review, policies. One folder a noun."""
