"""The closed vocabularies of a knowledge base: words, never booleans or numbers."""

from __future__ import annotations

YES = "yes"
NO = "no"
UNKNOWN = "unknown"

YES_NO = "yes-no"
CHOICE = "choice"
CODE = "code"
KINDS = (YES_NO, CHOICE, CODE)

NONE = "none"
"""Answer to a question of kind ``code``: there is no other code."""
ANY_CODE = "code"
"""In the condition on a question of kind ``code``: whichever code was given."""

FIXED = "fixed"
NOT_FIXED = "not-fixed"
PENDING = "pending"
BLOCKED = "blocked"
DECLINED = "declined"
OUTCOMES = (FIXED, NOT_FIXED, PENDING, BLOCKED, DECLINED)
"""What can become of a remedy; besides these, an error code that appeared instead."""

HARMLESS = "harmless"
REVERSIBLE = "reversible"
SPENDS_ACTIVATION = "spends_activation"
CHANGES_ENTITLEMENT = "changes_entitlement"
IRREVERSIBLE = "irreversible"
RISKS = (HARMLESS, REVERSIBLE, SPENDS_ACTIVATION, CHANGES_ENTITLEMENT, IRREVERSIBLE)
"""From harmless to what cannot be undone."""
GRAVE_RISKS = frozenset(RISKS[2:])
"""The operator must agree in full words before a remedy of these risks."""

PLACES = (
    "affected_machine",
    "kms_host",
    "dns_server",
    "network",
    "licence_owner",
    "active_directory",
    "cloud",
    "admin_workstation",
)
EFFORTS = ("glance", "minutes", "waiting")
SHELLS = ("cmd", "powershell")
TYPES = ("mak", "kms_client", "kms_host", "adba", "office")
MESSAGE_STATUS = ("screen", "documentation", "unverified")

CODE_SUBJECT = "code"
SYMPTOM_SUBJECT = "symptom"
FIXED_SUBJECTS = frozenset({CODE_SUBJECT, SYMPTOM_SUBJECT})
"""What a condition may test besides questions; known as soon as the code is."""

OWNER_MUST_ACT = "owner_must_act"
CAUSE_UNKNOWN = "cause_unknown"
DECLINED_REASON = "declined"
CIRCLE = "circle"
REASONS = (OWNER_MUST_ACT, CAUSE_UNKNOWN, DECLINED_REASON, CIRCLE)
RULE_REASONS = (OWNER_MUST_ACT, CAUSE_UNKNOWN)

UNKNOWN_CODE = "unknown_code"
"""Id of the plan for codes that the knowledge base does not have."""
GENERAL_SOURCE = "general"
"""Id of the predeclared source for general Windows administration knowledge."""
PLACEHOLDERS = (
    "KMS_HOST",
    "KMS_PORT",
    "DNS_DOMAIN",
    "DNS_SERVER",
    "DC",
    "MAK",
    "GVLK",
    "CSVLK",
    "ACTIVATION_ID",
    "INSTALLATION_ID",
    "CONFIRMATION_ID",
)
