"""What must hold of everything that is registered, asked at start: a gap is a defect, not a surprise for a user."""

from dataclasses import fields
from fnmatch import fnmatchcase

from core.access import ACCESS, VERBS, Level
from core.entity import Entity
from core.fields import KINDS, choice_message, view
from core.i18n import conflicts, is_translated
from core.passwords import Reset
from core.people import Attempt, Credential, Visit
from core.record import METADATA, SYSTEM_FIELDS, Owned
from core.registry import Registry

# Only the kernel's own sign-in reads these; having no rule, they are refused to every actor.
SECRET = {t.__tablename__ for t in (Attempt, Credential, Reset, Visit)}
GENERAL = ("read", "create", "update", "delete", "export", "import", "unmask")


def problems(registry: Registry) -> list[str]:
    """Every gap as a sentence; none means that the product may start."""
    found = [*_names(registry), *_tables(), *_grants(registry), *_menus(registry), *_targets(registry)]
    found += _kinds(registry)
    for entity in registry.entities():
        found += _entity(entity)
    return found


def untranslated(registry: Registry) -> list[str]:
    """Labels of declarations that the catalogue lacks."""
    messages: set[str] = set()
    for entity in registry.entities():
        messages |= {entity.label, entity.plural, *(section.title for section in entity.form)}
        messages |= {verb.label for verb in entity.verbs}
        for field in entity.fields.values():
            messages.add(field.label)
            messages |= {choice_message(entity.table.c[field.name], code) for code in field.choices}
    messages |= {m.label for m in registry.menus()} | {m.group for m in registry.menus() if m.group}
    messages |= {text for each in registry.helps() for text in (each.title, *each.lines)}
    messages |= {job.label for m in registry.modules for job in m.jobs}
    messages |= {r.label for r in registry.reports()} | {m.summary for m in registry.modules}
    messages |= {kind.label for m in registry.modules for kind in m.approvals}
    return sorted(message for message in messages if message and not is_translated(message))


def conflicting() -> list[str]:
    """Messages with several Chinese texts. That does not stop the start: a module from elsewhere has its own words."""
    return [f"“{message}” has several translations: {sorted(texts)}" for message, texts in conflicts().items()]


def _names(registry: Registry) -> list[str]:
    stems = [entity.stem for entity in registry.entities()]
    return [f"{stem} is declared twice" for stem in {s for s in stems if stems.count(s) > 1}] + [
        f"Entity has {len(fields(Entity))} fields; sixteen is the most" for _once in [1] if len(fields(Entity)) > 16
    ]


def _tables() -> list[str]:
    return [f"table {name} has no access rule" for name in METADATA.tables if name not in ACCESS and name not in SECRET]


def permissions(registry: Registry) -> set[str]:
    known = {
        entity.permission(verb)
        for entity in registry.entities()
        for verb in (*GENERAL, *(v.name for v in entity.verbs))
    }
    known |= {f"{access.stem}.{verb}" for access in ACCESS.values() for verb in VERBS}
    known |= {report.permission for report in registry.reports()} | {
        p.permission for m in registry.modules for p in m.panels
    }
    known |= {right for module in registry.modules for right in module.rights}
    return known | {menu.permission for menu in registry.menus() if menu.permission}


def _grants(registry: Registry) -> list[str]:
    known = permissions(registry)
    found = []
    for role in registry.roles():
        for pattern, level in role.grants.items():
            if not any(fnmatchcase(name, pattern) for name in known):
                found.append(f"role {role.code}: the grant {pattern} matches no permission")
            if level.upper() not in Level.__members__:
                found.append(f"role {role.code}: {level} is not a level")
    return found


def _menus(registry: Registry) -> list[str]:
    stems = {entity.stem for entity in registry.entities()}
    return [
        f"menu {m.label} leads nowhere: {m.target}"
        for m in registry.menus()
        if not m.target.startswith("/") and m.target not in stems
    ]


def _kinds(registry: Registry) -> list[str]:
    """Who may read a record sees what is asked about it, so its table has to be known."""
    stems = {access.stem for access in ACCESS.values()}
    kinds = [kind for module in registry.modules for kind in module.approvals]
    return [f"approval {kind.name}: there is no entity {kind.entity}" for kind in kinds if kind.entity not in stems]


def _targets(registry: Registry) -> list[str]:
    """A foreign key is a dependency that no import shows, so it is checked against `needs`."""
    owner = {entity.table.name: module for module in registry.modules for entity in module.entities}
    found = []
    for table, module in owner.items():
        for key in METADATA.tables[table].foreign_keys:
            target = owner.get(key.column.table.name)
            if target is not None and target is not module and target.name not in module.needs:
                found.append(
                    f"{table} points to {key.column.table.name}, but {module.name} does not need {target.name}"
                )
    return found


def _entity(entity: Entity) -> list[str]:
    found = [
        f"{entity.stem}.{f.name}: there is no kind {f.kind}" for f in entity.fields.values() if f.kind not in KINDS
    ]
    inputs = {field.name for field in entity.inputs}
    kept = {*SYSTEM_FIELDS} - (set() if issubclass(entity.model, Owned) else {"unit_id"})
    found += [f"{entity.stem}.{name}: a system field is on the form" for name in inputs & kept]
    statuses = {c.name for c in entity.table.columns if c.info.get("status")}
    found += [f"{entity.stem}.{name}: a status with verbs is on the form" for name in inputs & statuses]
    if not entity.key:
        found.append(f"{entity.stem}: no key to refer to its records by")
    for column in entity.facets:
        if view(column).kind not in ("ref", "choice", "flag"):
            found.append(f"{entity.stem}.{column.key}: only a reference, a choice or a flag makes a facet")
    return found
