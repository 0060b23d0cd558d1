"""The expression language: grammar, syntax tree, parser, type checker and built-in functions."""
