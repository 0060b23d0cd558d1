"""Where the files of applicants lie: outside the database, encrypted, behind one interface."""
