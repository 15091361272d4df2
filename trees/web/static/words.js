/* The knowledge, and its words in the reader's language. */

const KB = DATA.kb;

/** A text of the knowledge, by its number. */
function texts(number) {
  return number === undefined || number === null ? "" : DATA.texts[reader.language][number];
}

const YES = "yes";
const NO = "no";
const UNKNOWN = "unknown";
const NONE = "none";
const ANY_CODE = "code";
const FIXED = "fixed";
const NOT_FIXED = "not-fixed";
const PENDING = "pending";
const BLOCKED = "blocked";
const DECLINED = "declined";
const GOES_ON = new Set([NOT_FIXED, BLOCKED, DECLINED]);
const NOT_DONE = new Set([BLOCKED, DECLINED]);
const UNKNOWN_CODE = "unknown_code";
const HARMLESS = "harmless";

function question(id) {
  return KB.questions.get(id);
}

/** The entry of a code, or that of every code the knowledge base does not have. */
function codeOrUnknown(code) {
  return KB.codes.get(code) || KB.codes.get(UNKNOWN_CODE);
}

for (const section of Object.keys(KB)) {
  KB[section] = new Map(Object.entries(KB[section]));
}

/** `C004 F074`: a code in two groups that can be read out. */
function inGroups(code) {
  return `${code.slice(2, 6)} ${code.slice(6)}`;
}

function message(code) {
  const entry = KB.codes.get(code);
  return reader.language === "de" ? entry.message_de : entry.message_en;
}

function answerName(asked, value) {
  const choice = ((asked && asked.choices) || []).find((one) => one.value === String(value));
  if (choice) return texts(choice.text);
  switch (value) {
    case YES: return say("yes");
    case NO: return say("no");
    case UNKNOWN: return say("unknown");
    case NONE: return say("none");
    default: return String(value);
  }
}

function placeName(place) {
  switch (place) {
    case "affected_machine": return say("affected machine");
    case "kms_host": return say("KMS host");
    case "dns_server": return say("DNS server");
    case "network": return say("network");
    case "licence_owner": return say("licence owner");
    case "active_directory": return say("Active Directory");
    case "cloud": return say("cloud portal");
    case "admin_workstation": return say("administration workstation");
    default: return place;
  }
}

/** The window to type a command in, before that command. */
function shellName(shell, elevated) {
  if (shell === "powershell") return elevated ? say("PowerShell as administrator:") : say("PowerShell:");
  return elevated ? say("Command Prompt as administrator:") : say("Command Prompt:");
}

function riskName(risk) {
  switch (risk) {
    case HARMLESS: return say("harmless");
    case "reversible": return say("can be undone");
    case "spends_activation": return say("spends a limited activation");
    case "changes_entitlement": return say("changes what the machine is licensed for");
    default: return say("cannot be undone");
  }
}

function reasonName(reason) {
  switch (reason) {
    case "owner_must_act": return say("Somebody else must act now.");
    case "cause_unknown": return say("The rules know no further cause.");
    case "declined": return say("A remedy was declined.");
    default: return say("The case came back to a code it had already left.");
  }
}

function outcomeName(outcome) {
  switch (outcome) {
    case FIXED: return say("fixed");
    case NOT_FIXED: return say("not fixed");
    case PENDING: return say("pending");
    case BLOCKED: return say("blocked");
    case DECLINED: return say("declined");
    default: return outcome;
  }
}

function sourceName(ref) {
  const general = ref.source === "general";
  const title = general ? say("general Windows administration knowledge") : KB.sources.get(ref.source).title;
  const told = { title, section: ref.section, date: ref.checked };
  // Where there is no page, the section is a remark of the authors', in English.
  if (general && reader.language !== "en") return say("{title} (checked {date})", told);
  return say("{title}, {section} (checked {date})", told);
}

function subjectText(subject) {
  return texts((question(subject) || KB.measures.get(subject)).text);
}

/** An answer with what it answers, as people say it. */
function answered(subject, value) {
  const asked = question(subject);
  const said = answerName(asked, value);
  return asked ? `${subjectText(subject)} ${said}` : `${subjectText(subject)}: ${said}`;
}

/** Whom the site names for a place or owner; empty where it names nobody. */
function contactOf(id) {
  return (DATA.site && DATA.site.contacts[id]) || "";
}
