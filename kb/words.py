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

APPROVED = "approved"
NEEDS_WORK = "needs-work"
REJECTED = "rejected"
VERDICTS = (APPROVED, NEEDS_WORK, REJECTED)
"""What somebody who reviewed a rule says of it."""

UNKNOWN_CODE = "unknown_code"
"""Id of the plan for codes that the knowledge base does not have."""
GENERAL_SOURCE = "general"
"""Id of the predeclared source for general Windows administration knowledge."""

EVENTS = ("12288", "12289", "12290")
"""The events of a KMS request whose fields can be read from a paste."""
PRODUCTS = ("windows", "office", "esu")
"""The products that the lines of a pasted output can be about, as answers of a question name them."""

HOST = "host"
FULL_NAME = "full name"
ADDRESS = "address"
PORT = "port"
BY_HAND = "typed by hand"
FREE_TEXT = "free text"
PLACEHOLDERS: dict[str, str] = {
    "KMS_HOST": HOST,
    "KMS_FQDN": FULL_NAME,
    "KMS_ADDRESS": ADDRESS,
    "KMS_PORT": PORT,
    "DNS_DOMAIN": FULL_NAME,
    "DNS_SERVER": HOST,
    "DC": HOST,
    "REGISTERED_HOST": HOST,
    "OTHER_KMS_HOST": HOST,
    "LOOKUP_DOMAIN": FULL_NAME,
    "RECORD_DOMAIN": FULL_NAME,
    "PROVIDER_HOST": HOST,
    "PROVIDER_PORT": PORT,
    "FORWARDER": ADDRESS,
    "MAK": BY_HAND,
    "GVLK": BY_HAND,
    "CSVLK": BY_HAND,
    "ACTIVATION_ID": BY_HAND,
    "INSTALLATION_ID": BY_HAND,
    "CONFIRMATION_ID": BY_HAND,
    "CONTACT": FREE_TEXT,
}
"""Every placeholder, and what may be put in its place; in a command a host, a full name, an address or a port.

Site facts fill KMS_*, DNS_DOMAIN, DNS_SERVER and DC. What only the case can tell has a placeholder of its own (the host
that is registered or the one to take instead, the domain that holds the record), so that no value of the site is taken
for it. A key or an ID is typed by hand. Free text stands in sentences only.
"""
