"""Step 5, a quote and what the official said before become scored, explained `Finding`s."""

from workers.contradictions.comparer import Comparer, comparer
from workers.contradictions.finding import Candidate, Finding, Reading, Statement

__all__ = ["Candidate", "Comparer", "Finding", "Reading", "Statement", "comparer"]
