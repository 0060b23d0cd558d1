"""Everything that is held about somebody, handed to them."""
