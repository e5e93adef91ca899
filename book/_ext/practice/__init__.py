"""What readers practise with: hints, predictions, checks, pitfalls and a glossary.

``extensions = ["practice.sphinx_ext"]`` brings the directives ``{hint}``, ``{predict}``
with ``{choice}``, ``{check}``, ``{pitfall}`` and ``{pitfalls}``, and links the terms of
the glossary where a page first uses them.
"""
