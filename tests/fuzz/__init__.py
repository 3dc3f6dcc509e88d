"""Whatever an operator writes ends in findings: the whole of `validate` against broken sites."""
