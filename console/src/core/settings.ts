// Settings of the gateway as people write them: days and seconds as text, empty for the default.

import type { components } from "./types.gen";

type Said = components["schemas"];
export type GatewaySettings = Said["GatewaySettings"];
export type Health = Said["HealthReply"];
export type AccessToken = Said["AccessToken"];
export type Account = Said["Account"];
export type Workspace = Said["Workspace"];
export type AuditEntry = Said["AuditEntry"];
export type AuditCheck = Said["AuditCheck"];

export const NUMBERS = ["content_days", "ledger_days", "audit_days", "timeout"] as const;
export type NumberSetting = (typeof NUMBERS)[number];
export interface SettingsDraft {
  keep_content: boolean;
  numbers: Readonly<Record<NumberSetting, string>>;
  egress: string;
}

const textOf = (value: number | null): string => (value === null ? "" : String(value));

export const draftOf = (settings: GatewaySettings): SettingsDraft => ({
  keep_content: settings.keep_content,
  numbers: {
    content_days: textOf(settings.content_days),
    ledger_days: textOf(settings.ledger_days),
    audit_days: textOf(settings.audit_days),
    timeout: textOf(settings.timeout),
  },
  egress: settings.egress_allow.join("\n"),
});

/** What was changed, as the gateway takes it; null goes back to a default. What is no number is sent as it is: the gateway says so. */
export function changesOf(draft: SettingsDraft, settings: GatewaySettings): Record<string, unknown> {
  const before = draftOf(settings);
  const changes: Record<string, unknown> = {};
  if (draft.keep_content !== before.keep_content) changes["keep_content"] = draft.keep_content;
  for (const name of NUMBERS) {
    const text = draft.numbers[name].trim();
    if (text === before.numbers[name]) continue;
    changes[name] = text === "" ? null : Number.isNaN(Number(text)) ? text : Number(text);
  }
  const places = draft.egress
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
  if (places.join("\n") !== before.egress) changes["egress_allow"] = places.length ? places : null;
  return changes;
}

export interface AccountDraft {
  name: string;
  role: Account["role"];
  /** Empty: all of them. */
  workspace: string;
  disabled: boolean;
  password: string;
}

export const draftOfAccount = (account: Account | null): AccountDraft => ({
  name: account?.name ?? "",
  role: account?.role ?? "viewer",
  workspace: account?.workspace ?? "",
  disabled: account?.disabled ?? false,
  password: "",
});

/** As the gateway takes it: a new account has a name and a password, of an old one an empty password stays what it is. */
export function accountBody({ name, role, workspace, disabled, password }: AccountDraft, fresh: boolean): Record<string, unknown> {
  return fresh
    ? { name: name.trim(), password, role, workspace }
    : { role, workspace, disabled, ...(password ? { password } : {}) };
}

/** The id that fits a name: letters, digits and `-`; empty where the name has none of them. */
export const idFor = (name: string): string =>
  name
    .trim()
    .toLowerCase()
    .replace(/[^a-z0-9_]+/g, "-")
    .replace(/^[-_]+|[-_]+$/g, "")
    .slice(0, 63);

export interface Difference {
  name: string;
  before: string;
  after: string;
}

/** What an entry of the audit log says of before and after, without what stayed. */
export function differencesOf({ before, after }: Pick<AuditEntry, "before" | "after">): Difference[] {
  const names = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  const text = (facts: AuditEntry["before"], name: string): string => {
    const value = facts?.[name];
    return value === undefined ? "–" : typeof value === "string" ? value : JSON.stringify(value);
  };
  return [...names]
    .map((name) => ({ name, before: text(before, name), after: text(after, name) }))
    .filter((each) => each.before !== each.after);
}
