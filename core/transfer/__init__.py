"""Lists in and out: one engine behind the import wizard, `octant import`, `octant export` and `octant undo`.

For the command line, each one call:

    import_file(actor, entity, file: Path, mapping: Path | None, *, dry_run=False) -> dict
        keys batch, read, created, updated, unchanged, refused, problems [{line, field, reason, count}],
        unknowns [{field, text, count, near, ...}], questions [{field, forms, example}], also {entity: created},
        empty {field: rows without a value}
    undo_batch(actor, batch_id) -> {batch, removed, restored}
    export_file(actor, entity, query, out: Path) -> rows

For the wizard, step by step (every step can be made again from the kept file and the mapping's dict):

    keep(actor, data) -> token;  kept(actor, token) -> bytes        the upload between the steps
    read_sheet(data, name) -> Sheet                                 headers, samples(header), lines, encoding
    importable(actor, entity) -> [FieldView]                        what a column may be mapped to
    propose(actor, entity, sheet) -> Proposal                       mapping, confidence by field, unused headings
    Mapping.sourced(field, Source(column=...)), Mapping.answered(field, text, Answer("to", to="GTX Pro"))
    Mapping.to_dict() and mapping_of(dict); read_mapping(toml) and write_mapping(mapping)
    planned(actor, entity, sheet, mapping) -> Plan                  counts, unknowns, questions, problem_list()
    preview(session, plan, outcome=None, start=0, limit=50) -> [PreviewRow]
    form_label(form, example)                                       the words for an answer to a Question
    job: enqueue_later(session, "transfer.import", entity=stem, file=token, name=name, mapping=mapping.to_dict())
        its result is Result.as_dict(), the same keys as import_file gives
    batches_of(actor, entity), find_batch(actor, id) -> Batch       the imports that can be undone

For exports over HTTP: note_export(actor, entity, query) demands the right and writes the journal; then
csv_parts(session, entity, query) streams, and write_xlsx(session, entity, query, stream) writes a workbook.
"""

from core.transfer.applying import Result, apply, foreseen
from core.transfer.batches import Batch, batches_of
from core.transfer.batches import find as find_batch
from core.transfer.columns import Question
from core.transfer.dates import form_label
from core.transfer.draft import CREATED, REFUSED, UNCHANGED, UPDATED, Problem
from core.transfer.export import csv_parts, export_file, exported, headings, note_export, write_xlsx
from core.transfer.fields import importable, may_assign
from core.transfer.job import import_file, import_sheet, planned, run_import
from core.transfer.mapping import Answer, Mapping, Source, mapping_of, read_mapping, write_mapping
from core.transfer.plans import Plan, plan
from core.transfer.previews import PreviewRow, preview
from core.transfer.proposals import Proposal, propose
from core.transfer.read import Sheet, read_sheet
from core.transfer.references import Near, Unknown
from core.transfer.undo import undo_batch
from core.transfer.uploads import keep, kept

__all__ = [
    "CREATED", "REFUSED", "UNCHANGED", "UPDATED", "Answer", "Batch", "Mapping", "Near", "Plan", "PreviewRow", "Problem",
    "Proposal", "Question", "Result", "Sheet", "Source", "Unknown", "apply", "batches_of", "csv_parts", "export_file",
    "exported", "find_batch", "foreseen", "form_label", "headings", "import_file", "import_sheet", "importable", "keep",
    "kept", "mapping_of", "may_assign", "note_export", "plan", "planned", "preview", "propose", "read_mapping",
    "read_sheet", "run_import", "undo_batch", "write_mapping", "write_xlsx",
]  # fmt: skip
