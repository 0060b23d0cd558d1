"""What every page stands on: rendering, translations, forms against forgery, built assets. No noun of its own; see docs/web.md."""
