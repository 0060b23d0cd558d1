"""A module for each command, as the command line looks them up."""
