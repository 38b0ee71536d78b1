"""The documentation as a website: the generated pages in both languages, built by zensical."""
