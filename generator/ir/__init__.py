"""Decides every name, type, order and rule: from the document to frozen records, the intermediate representation."""
