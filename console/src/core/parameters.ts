// Model parameters: which control a rule gets, and what is sent. The judging is the twin of the backend's.

import { own } from "./conditions";
import type { ParameterRule } from "./declared";
import { numberText } from "./text";

export type Control =
  | { kind: "slider"; min: number; max: number; step: number; integer: boolean; logarithmic: boolean }
  | { kind: "number"; min: number | null; max: number | null; step: number | null; integer: boolean }
  | { kind: "switch" }
  | { kind: "select"; options: readonly string[]; numeric: boolean }
  | { kind: "text" }
  | { kind: "multiline" };

const WIDE = 1000;

/** The control that draws a rule. Nothing is guessed but the step of a slider whose rule names none. */
export function controlOf(rule: ParameterRule): Control {
  const type = rule.type ?? "string";
  if (type === "boolean") return { kind: "switch" };
  const numeric = type === "int" || type === "float";
  if (rule.options?.length) return { kind: "select", options: rule.options, numeric };
  if (!numeric) return { kind: type === "text" ? "multiline" : "text" };
  const integer = type === "int";
  const min = rule.min ?? null;
  const max = rule.max ?? null;
  if (min === null || max === null || max <= min) return { kind: "number", min, max, step: stepOf(rule), integer };
  const logarithmic = integer && max - min > WIDE;
  return { kind: "slider", min, max, step: stepOf(rule) ?? (integer ? 1 : 0.01), integer, logarithmic };
}

function stepOf(rule: ParameterRule): number | null {
  if (rule.step) return rule.step;
  if (rule.type === "int") return 1;
  return rule.precision === null || rule.precision === undefined ? null : 10 ** -rule.precision;
}

/** A typed number brought within the rule when its field is left. Text that is no number gives null. */
export function clamped(rule: ParameterRule, text: string): number | null {
  const value = Number(text.trim());
  if (!text.trim() || !Number.isFinite(value)) return null;
  const rounded = rule.type === "int" ? Math.round(value) : rounding(value, rule.precision);
  return Math.min(rule.max ?? Infinity, Math.max(rule.min ?? -Infinity, rounded));
}

const rounding = (value: number, precision: number | null | undefined): number =>
  precision === null || precision === undefined ? value : Number(value.toFixed(precision));

/** A slider's place (0…1) for a value and back. A wide range of whole numbers moves by magnitude. */
export function placeOf(control: Extract<Control, { kind: "slider" }>, value: number): number {
  const { min, max } = control;
  const place = control.logarithmic ? Math.log1p(value - min) / Math.log1p(max - min) : (value - min) / (max - min);
  return Math.min(1, Math.max(0, place));
}

export function valueAt(control: Extract<Control, { kind: "slider" }>, place: number): number {
  const { min, max, step } = control;
  if (control.logarithmic) {
    const raw = Math.expm1(place * Math.log1p(max - min));
    const grain = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, raw))) - 1);
    return place >= 1 ? max : Math.min(max, min + Math.round(raw / grain) * grain);
  }
  const stepped = min + Math.round(((max - min) * place) / step) * step;
  return Math.min(max, Number(stepped.toFixed(10)));
}

export type ParameterFault = "type" | "range" | "precision" | "options" | "required" | "twice" | "undeclared" | "one_answer";

export interface ParameterNote {
  /** Null where it concerns several. */
  parameter: string | null;
  code: ParameterFault;
}

export interface AppliedParameters {
  /** Under their names on the wire. */
  sent: Record<string, unknown>;
  warnings: readonly ParameterNote[];
  /** The first thing that makes the call impossible. */
  error: ParameterNote | null;
}

class Refused extends Error {
  constructor(readonly note: ParameterNote) {
    super(note.code);
  }
}

/** The parameters as they may be sent to a model with these rules. */
export function applyRules(
  rules: readonly ParameterRule[],
  parameters: Readonly<Record<string, unknown>>,
  options: { strict?: boolean; llm?: boolean } = {},
): AppliedParameters {
  const warnings: ParameterNote[] = [];
  const sent: Record<string, unknown> = {};
  try {
    const undeclared = applyGiven(rules, parameters, options, sent, warnings);
    if (undeclared.length && options.strict) refuse(undeclared[0] as string, "undeclared");
    if (rules.length) for (const parameter of undeclared) warnings.push({ parameter, code: "undeclared" });
    else if (undeclared.length)
      warnings.push({ parameter: undeclared.length === 1 ? (undeclared[0] as string) : null, code: "undeclared" });
    for (const rule of rules) addRequired(rule, sent);
    return { sent, warnings, error: null };
  } catch (error) {
    if (error instanceof Refused) return { sent: {}, warnings: [], error: error.note };
    throw error;
  }
}

function applyGiven(
  rules: readonly ParameterRule[],
  parameters: Readonly<Record<string, unknown>>,
  options: { strict?: boolean; llm?: boolean },
  sent: Record<string, unknown>,
  warnings: ParameterNote[],
): string[] {
  const byName = rulesByName(rules);
  const undeclared: string[] = [];
  for (const [name, given] of Object.entries(parameters)) {
    if (given === null || given === undefined) continue;
    const rule = byName.get(name);
    if (!rule) {
      if (name === "n" && (options.llm ?? true) && given !== 1) refuse("n", "one_answer");
      undeclared.push(name);
    }
    const value = rule ? accept(rule, given, options.strict ?? false, warnings) : given;
    const wire = rule ? wireOf(rule) : name;
    const known = own(sent, wire);
    if (known !== undefined && JSON.stringify(known) !== JSON.stringify(value)) refuse(name, "twice");
    sent[wire] = value;
  }
  return undeclared;
}

function addRequired(rule: ParameterRule, sent: Record<string, unknown>): void {
  if (!rule.required || Object.hasOwn(sent, wireOf(rule))) return;
  if (rule.default === null || rule.default === undefined) refuse(rule.name, "required");
  sent[wireOf(rule)] = rule.default;
}

const wireOf = (rule: ParameterRule): string => rule.maps_to || rule.name;

function rulesByName(rules: readonly ParameterRule[]): Map<string, ParameterRule> {
  const named = new Map(rules.map((rule) => [rule.name, rule]));
  for (const rule of [...named.values()]) {
    for (const alias of [rule.use_template, rule.maps_to]) if (alias && !named.has(alias)) named.set(alias, rule);
  }
  return named;
}

function refuse(parameter: string, code: ParameterFault): never {
  throw new Refused({ parameter, code });
}

function accept(rule: ParameterRule, given: unknown, strict: boolean, warnings: ParameterNote[]): unknown {
  const judge = (bound: string, code: ParameterFault, hard = true): void => {
    if (strict || (hard && !rule.hints?.includes(bound))) refuse(rule.name, code);
    warnings.push({ parameter: rule.name, code });
  };
  const value = typed(rule, given, warnings);
  if (typeof value === "number") {
    if (rule.min !== null && rule.min !== undefined && value < rule.min) judge("min", "range");
    else if (rule.max !== null && rule.max !== undefined && value > rule.max) judge("max", "range");
    const { precision } = rule;
    const fraction = rule.type === "float" && !Number.isInteger(value);
    if (fraction && precision !== null && precision !== undefined && rounding(value, precision) !== value)
      judge("precision", "precision", false);
  } else if (typeof value === "string" && rule.options?.length && !rule.options.includes(value)) {
    judge("options", "options");
  }
  return value;
}

function typed(rule: ParameterRule, given: unknown, warnings: ParameterNote[]): unknown {
  switch (rule.type ?? "string") {
    case "int":
      return Number.isInteger(given) ? given : refuse(rule.name, "type");
    case "float":
      if (typeof given !== "number") return refuse(rule.name, "type");
      return Number.isFinite(given) ? given : refuse(rule.name, "type");
    case "boolean":
      return typeof given === "boolean" ? given : refuse(rule.name, "type");
    case "text":
      if (typeof given === "object") {
        warnings.push({ parameter: rule.name, code: "type" });
        return JSON.stringify(given);
      }
      return typeof given === "string" ? given : refuse(rule.name, "type");
    default:
      return typeof given === "string" ? given : refuse(rule.name, "type");
  }
}

/** What a model makes of one value of its rule. */
export function judge(rule: ParameterRule, value: unknown): "fine" | "unusual" | "refused" {
  const warnings: ParameterNote[] = [];
  try {
    accept(rule, value, false, warnings);
    return warnings.length ? "unusual" : "fine";
  } catch {
    return "refused";
  }
}

/** A value for people: digits as they are, text as it is. */
export const valueText = (value: unknown): string =>
  typeof value === "number"
    ? numberText(value)
    : typeof value === "string"
      ? value
      : value === undefined || value === null
        ? ""
        : JSON.stringify(value);
