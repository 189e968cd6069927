// The declared world as the backend says it. Names are those of the declaration format.

/** Language tag with an underscore (`en_US`, `zh_Hans`) → text. */
export type I18nText = Record<string, string>;

export type ModelType = "llm" | "text-embedding" | "rerank" | "speech2text" | "tts" | "moderation";
export const MODEL_TYPES: readonly ModelType[] = ["llm", "text-embedding", "rerank", "speech2text", "tts", "moderation"];

/** A condition: `variable` holds `value`. */
export interface ShowOn {
  variable: string;
  value: string;
}

export interface FormOption {
  value: string;
  label?: I18nText;
  show_on?: readonly ShowOn[];
}

/** A kind of field that this version does not know is drawn as text. */
export type FieldType = "text-input" | "secret-input" | "select" | "radio" | "switch" | "number-input";

export interface FormField {
  variable: string;
  type: FieldType;
  label?: I18nText;
  required?: boolean;
  default?: string | null;
  options?: readonly FormOption[];
  placeholder?: I18nText | null;
  help?: I18nText | null;
  url?: string | null;
  /** Characters; 0 or absent: no limit. */
  max_length?: number;
  show_on?: readonly ShowOn[];
  group?: string | null;
  advanced?: boolean;
  pattern?: string | null;
  format?: "url" | "json" | "number" | "multiline" | null;
  env?: readonly string[];
}

/** The form of a provider, or of its customizable models (then with `model`, how the model's name is asked for). */
export interface FormSchema {
  credential_form_schemas: readonly FormField[];
  model?: { label?: I18nText; placeholder?: I18nText | null; help?: I18nText | null };
}

export interface Preset {
  name: string;
  value: unknown;
  label?: I18nText;
}

export interface ParameterRule {
  name: string;
  type?: "float" | "int" | "string" | "boolean" | "text";
  use_template?: string | null;
  label?: I18nText;
  help?: I18nText | null;
  required?: boolean;
  default?: unknown;
  min?: number | null;
  max?: number | null;
  precision?: number | null;
  options?: readonly string[];
  step?: number | null;
  presets?: readonly Preset[];
  unit?: string | null;
  maps_to?: string | null;
  /** Keys that came from a template: a value outside them is frowned upon, not refused. */
  hints?: readonly string[];
}

/** Decimal amounts are text. */
export interface Price {
  currency?: string;
  per?: string;
  unit?: string;
  input?: string | null;
  output?: string | null;
  cache_read?: string | null;
  cache_write?: string | null;
  reasoning?: string | null;
  request?: string | null;
}

export interface Status {
  code: string;
  /** A code of the reason, and the names in its sentence: pages say it in their reader's language. */
  why?: string | null;
  words?: Readonly<Record<string, string>>;
  reason?: string | null;
  action?: string | null;
  verified_at?: string | null;
}

export interface Limits {
  context?: number | null;
  input?: number | null;
  output?: number | null;
  batch?: number | null;
  documents?: number | null;
  characters?: number | null;
  file_megabytes?: number | null;
}

export interface ModelInfo {
  provider: string;
  model: string;
  model_type: ModelType;
  label?: I18nText;
  status: Status;
  features?: readonly string[] | null;
  limits?: Limits;
  model_properties?: Record<string, unknown>;
  parameter_rules?: readonly ParameterRule[];
  pricing?: Price | null;
  fetch_from?: string;
  deprecated?: boolean;
  /** False: an operator switched it off. */
  enabled?: boolean;
}

export interface ProviderInfo {
  provider: string;
  label: I18nText;
  description?: I18nText | null;
  aliases?: readonly string[];
  /** Kind (`icon_small`, `icon_small_dark`, …) → language → address relative to the API. */
  icons?: Readonly<Record<string, I18nText>>;
  background?: string | null;
  help?: { title?: I18nText; url?: I18nText } | null;
  supported_model_types: readonly ModelType[];
  configurate_methods: readonly string[];
  status: Status;
  /** Where its credentials come from, e.g. `environment`. */
  source?: string | null;
  /** Model type → how many are declared. */
  models?: Readonly<Record<string, number>>;
}

export interface ProviderDetail extends ProviderInfo {
  provider_credential_schema?: FormSchema | null;
  model_credential_schema?: FormSchema | null;
  /** Fields that an environment variable of the gateway fills: they cannot be changed here. */
  environment?: readonly { field: string; environment_variable: string }[];
  /** Whether its credentials can be tried at the vendor. */
  probes?: boolean;
  lists_models?: boolean;
}

export interface ModelDetail extends ModelInfo {
  declared_pricing?: Price | null;
  modalities?: { input?: readonly string[]; output?: readonly string[] } | null;
  reasoning?: Record<string, unknown> | null;
  released?: string | null;
  deprecation?: { date?: string | null; replacement?: string | null } | null;
  source?: readonly { url: string; date?: string | null; facts?: readonly string[] }[];
}

export const configurable = (provider: ProviderInfo): boolean => provider.configurate_methods.includes("customizable-model");
