"""Builds the document, docs/ and what it leads to: a site of plain files, and a PDF."""
