import { type PropertyValues, type TemplateResult, html } from "lit";
import { state } from "lit/decorators.js";
import { Page } from "../../app/page";
import { notify } from "../../app/toasts";
import { Resource } from "../../core/resource";
import { describe, failure } from "../../elements/failure";

/** Settings that are a list of the gateway's, with what makes another one below it. */
export abstract class ListedSettings<T> extends Page {
  @state() protected round = 0;
  @state() protected refused: unknown = null;
  /** Where the list is, below the API. */
  protected abstract readonly path: string;
  protected readonly kept = new Resource<readonly T[]>(
    (_, signal) => this.client.list<T>(this.path, { signal }),
    () => (this.round += 1),
  );

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has("surroundings")) this.kept.want("all");
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.kept.stop();
  }

  protected abstract shown(all: readonly T[]): TemplateResult;

  protected override render(): TemplateResult {
    const { current } = this.kept;
    if (current.state === "failed") return failure(current.error, this.tr);
    if (current.state === "loading")
      return html`<div class="skeleton skeleton-row" role="status" aria-label=${this.t("loading")}></div>`;
    return this.shown(current.value);
  }

  /** Make another one; a refusal stands at the form. */
  protected async made(event: Event, make: () => Promise<void>): Promise<void> {
    event.preventDefault();
    this.refused = null;
    try {
      await make();
      await this.kept.refresh();
    } catch (error) {
      this.refused = error;
    }
  }

  /** Do something with one of them; a refusal is told beside the page. */
  protected async tried(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      notify(describe(error, this.tr).what, "bad");
    }
    await this.kept.refresh();
  }
}
