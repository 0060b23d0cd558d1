"""The commands of `miaopi` on rules, one module each with a `command(lang)`; `engine.cli` puts them together."""
