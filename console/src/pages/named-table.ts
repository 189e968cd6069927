import { type TemplateResult, html, nothing } from "lit";
import { property, state } from "lit/decorators.js";
import { PICTURES } from "../app/icons";
import { Page } from "../app/page";
import { notify } from "../app/toasts";
import type { Key } from "../core/i18n";
import { type Scope, isInherited } from "../core/names";
import { describe, failure } from "../elements/failure";
import { textField } from "../ui/field";
import { drawing } from "../ui/icon";
import "../ui/overlay";
import { tooltip } from "../ui/tooltip";

/** What is being written of one entry; `known`: it is there already, under a name that stays. */
export interface NamedDraft {
  name: string;
  known: boolean;
}

/** What the section says. */
export type TableWords = Readonly<Record<"title" | "about" | "new" | "name" | "help" | "change" | "remove" | "sure", Key>>;

/**
 * One of the operator's tables by name: its entries, and the form of one beside them.
 *
 * @fires names-changed - something was set or taken away
 */
export abstract class NamedTable<Value, Draft extends NamedDraft> extends Page {
  /** Of the API. */
  protected abstract readonly table: string;
  protected abstract readonly words: TableWords;
  /** Those that the workspace set for itself. */
  @property({ attribute: false }) own: readonly string[] = [];
  @property({ attribute: false }) scope: Scope = "workspace";
  @state() private draft: Draft | null = null;
  @state() private refused: unknown = null;

  /** Whether the entries of the workspace are this person's to change. */
  protected get mayChange(): boolean {
    return this.client.edits;
  }

  protected abstract draftOf(name: string, value: Value | null): Draft;
  protected abstract written(draft: Draft): unknown;
  protected abstract facts(name: string, value: Value): TemplateResult;
  protected abstract fields(draft: Draft, change: (part: Partial<Draft>) => void): TemplateResult;

  /** The whole section for the entries there are. */
  protected drawn(entries: Readonly<Record<string, Value>>): TemplateResult {
    const all = Object.entries(entries).sort(([left], [right]) => left.localeCompare(right));
    return html`<section>
      <h2 class="section-title">${this.t(this.words.title)}</h2>
      <p class="muted">${this.t(this.words.about)}</p>
      <ul class="routes">
        ${all.map(
          ([name, value]) =>
            html`<li class="panel route">
              <div class="row">
                <h3 class="section-title grow"><code>${name}</code></h3>
                ${isInherited(this.own, name, this.scope) ? html`<span class="chip">${this.t("names.all")}</span>` : nothing}
              </div>
              ${this.facts(name, value)} ${this.mayChange ? this.actions(name, value) : nothing}
            </li>`,
        )}
      </ul>
      ${
        this.mayChange
          ? html`<div>
            <button type="button" class="button" @click=${() => this.edit("", null)}>${drawing(PICTURES.plus)} ${this.t(this.words.new)}</button>
          </div>`
          : nothing
      }
      <mr-overlay .open=${this.draft !== null} .heading=${this.draft?.name || this.t(this.words.new)} .closeLabel=${this.t("close")} @overlay-close=${this.closed}>
        <div class="pad">${this.draft ? this.form(this.draft) : nothing}</div>
      </mr-overlay>
    </section>`;
  }

  private actions(name: string, value: Value): TemplateResult {
    const words = this.t(this.words.remove, { name });
    return html`<div class="row">
      <button type="button" class="button tiny" aria-label=${this.t(this.words.change, { name })} @click=${() => this.edit(name, value)}>
        ${this.t("configure.edit")}
      </button>
      ${
        isInherited(this.own, name, this.scope)
          ? nothing
          : html`<button
            type="button"
            class="button plain tiny square danger"
            aria-label=${words}
            ${tooltip(words)}
            @click=${() => confirm(this.t(this.words.sure, { name })) && void this.drop(name)}
          >
            ${drawing(PICTURES.trash)}
          </button>`
      }
    </div>`;
  }

  private edit(name: string, value: Value | null): void {
    this.draft = this.draftOf(name, value);
    this.refused = null;
  }

  private readonly closed = (): void => {
    this.draft = null;
  };

  private form(draft: Draft): TemplateResult {
    const change = (part: Partial<Draft>): void => {
      this.draft = { ...draft, ...part };
    };
    return html`<form class="stack" @submit=${(event: Event) => void this.submitted(event, draft)}>
      ${textField({
        id: `${this.table}-name`,
        label: this.t(this.words.name),
        help: this.t(this.words.help),
        value: draft.name,
        required: true,
        mono: true,
        disabled: draft.known,
        oninput: (name) => change({ name } as Partial<Draft>),
      })}
      ${this.fields(draft, change)} ${this.refused ? failure(this.refused, this.tr) : nothing}
      <div><button class="button primary" ?disabled=${!draft.name.trim()}>${this.t("settings.save")}</button></div>
    </form>`;
  }

  private async submitted(event: Event, draft: Draft): Promise<void> {
    event.preventDefault();
    try {
      await this.client.put(this.table, draft.name.trim(), this.written(draft), this.scope);
      this.draft = null;
      this.tell("names-changed", null);
    } catch (error) {
      this.refused = error;
    }
  }

  private async drop(name: string): Promise<void> {
    try {
      await this.client.put(this.table, name, null, this.scope);
    } catch (error) {
      notify(describe(error, this.tr).what, "bad");
    }
    this.tell("names-changed", null);
  }
}
