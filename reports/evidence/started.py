"""Where the process of its own begins: it loads the statistics library, which nobody else does."""

from reports.evidence.found import Found
from reports.evidence.results import Results


def calculated(found: Found) -> Results:
    from reports.evidence.calculate import calculated as calculate
    from reports.evidence.cores import one_core

    with one_core():
        return calculate(found)
