"""The runbook as plain data in one language: what stands on its pages, and what refers to what.

`trees.book.whole` puts it together, `trees.book.pages` makes a PDF of it.
"""
