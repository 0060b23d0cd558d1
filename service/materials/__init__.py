"""Materials: the files that applicants hand in, and by which way each material of a situation is met."""
