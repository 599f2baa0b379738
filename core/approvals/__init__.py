"""Approvals: an upper module says what needs one and whose; the kernel asks, waits, decides once, and tells.

`kinds` is what a module declares (`Module.approvals`), `asking.request` makes a request, `acts` are the answers,
`finding.of_record` says how it stands. A request is decided under the lock of its own row.
"""
