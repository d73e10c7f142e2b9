"""Overlays: what they make of a pack's rules, before any name has a meaning.

Section 5 of doc/language.md, "Overlays".  Rules are nodes of syntax.py, and
are changed where they stand.  Which pack and which versions an overlay is for
is not looked at: the compiler's tests do that.
"""
from syntax import RuleError


def lay(pack, unit, overlay):
    """Apply an overlay, which stands in the file `unit`, to the pack."""
    for change in overlay.changes:
        CHANGES[change.op](pack, unit, change)


def find_rule(pack, name):
    """The rule and its file; an overlay that names none is a mistake."""
    for unit in pack.units.values():
        for rule in unit.rules:
            if rule.name == name:
                return unit, rule
    raise RuleError("an overlay changes a rule `%s`" % name)


def set_param(pack, unit, change):
    pack.set_params[change.name] = change.value


def edit_list(pack, unit, change):
    pack.list_edits.setdefault(change.name, []).append(change)


def edited(found, edits, value_of):
    """A list's values after the edits, in their order."""
    found = list(found)
    for edit in edits:
        for value in map(value_of, edit.values):
            if edit.op == "remove":
                found.remove(value)
            elif value not in found:
                found.append(value)
    return found


def disable(pack, unit, change):
    pack.disabled.add(find_rule(pack, change.name)[1].name)


def enable(pack, unit, change):
    pack.disabled.discard(change.name)


def modify(pack, unit, change):
    """What the overlay's file declares is seen by the rule's."""
    own, rule = find_rule(pack, change.name)
    if change.version not in (None, rule.meta.get("version", 1)):
        raise RuleError("`%s` has another version" % rule.name)
    own.imports.append((None, unit))
    for mod in change.mods:
        if mod.op == "meta":
            rule.meta[mod.name] = mod.value
        elif mod.op == "exclude":
            rule.excludes.append(mod)
        elif mod.op == "require":
            rule.requires.append(mod.condition)
        else:
            rule.excludes = [exclude for exclude in rule.excludes
                             if exclude.name != mod.name]


CHANGES = {"param": set_param, "append": edit_list, "remove": edit_list,
           "disable": disable, "enable": enable, "modify": modify}
