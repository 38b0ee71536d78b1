"""The journal: keeps every transfer where it outlives the process, so that each is made once whatever crashes."""

from .entry import JournalEntry as JournalEntry
from .journal import Journal as Journal
