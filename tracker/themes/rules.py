"""Who may read themes and who may change the thesaurus."""

from tracker.core.permissions import Permission, administrators, readers, rule

rule(Permission.THEME_READ)(readers)
rule(Permission.THEME_MANAGE)(administrators)
