"""Evidence: licences and register checks, fetched for an application, and the record of every use."""
