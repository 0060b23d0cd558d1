"""What operators have to do with: logs, metrics, readiness, backups, and the variables that set the service up."""
