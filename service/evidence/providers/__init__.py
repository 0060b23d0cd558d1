"""Where evidence comes from: the embedded tables, or a licence repository over HTTP."""
