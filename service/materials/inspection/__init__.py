"""What a file really is: its kind by content, opened by a library, in a process of its own that may not grow or run on."""
