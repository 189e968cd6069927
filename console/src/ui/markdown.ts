import { LitElement, type PropertyValues, type TemplateResult, html } from "lit";
import { property, state } from "lit/decorators.js";
import { unsafeHTML } from "lit/directives/unsafe-html.js";
import { blocksOf } from "../core/blocks";
import { colouredHtml } from "../core/highlight";
import { define } from "./define";

type Renderer = (block: string) => string;

const KEPT = 400;
const CLOSED = /\n {0,3}(?:`{3,}|~{3,})\s*$/;
const kept = new Map<string, string>();
let renderer: Promise<Renderer> | null = null;

/** Markdown as it grows. The parser comes when the first text does; finished blocks are rendered once. */
export class Markdown extends LitElement {
  @property() text = "";
  @state() private render_: Renderer | null = null;
  private waiting = false;
  private shown = "";

  protected override createRenderRoot(): this {
    return this;
  }

  protected override shouldUpdate(changed: PropertyValues): boolean {
    if (!changed.has("text") || changed.has("render_" as keyof this) || !this.render_) return true;
    // At most once a frame, however fast the words come.
    if (!this.waiting) {
      this.waiting = true;
      requestAnimationFrame(() => {
        this.waiting = false;
        if (this.shown !== this.text) this.requestUpdate();
      });
    }
    return false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void (renderer ??= loadRenderer()).then((ready) => (this.render_ = ready));
  }

  protected override render(): TemplateResult {
    this.shown = this.text;
    const draw = this.render_;
    if (!draw) return html`<div class="prose plain">${this.text}</div>`;
    const blocks = blocksOf(this.text);
    return html`<div class="prose">
      ${blocks.map((block, at) => html`<div>${unsafeHTML(at < blocks.length - 1 ? remembered(block, draw) : draw(block))}</div>`)}
    </div>`;
  }
}

function remembered(block: string, draw: Renderer): string {
  let found = kept.get(block);
  if (found === undefined) {
    if (kept.size >= KEPT) kept.clear();
    found = draw(block);
    kept.set(block, found);
  }
  return found;
}

async function loadRenderer(): Promise<Renderer> {
  const [{ marked }, { default: purify }] = await Promise.all([import("marked"), import("dompurify")]);
  // HTML in an answer is shown, not obeyed.
  marked.use({
    renderer: {
      html: ({ text }) => text.replace(/[&<>]/g, (letter) => `&#${letter.charCodeAt(0)};`),
      // A block that still grows is drawn anew each frame: it gets its colours when its fence is closed.
      code: ({ raw, text, lang }) =>
        `<pre tabindex="0"><code>${colouredHtml(`${text}\n`, CLOSED.test(raw) ? (lang ?? "") : "")}</code></pre>`,
    },
  });
  purify.addHook("afterSanitizeAttributes", (node) => {
    if (node.tagName === "A") {
      node.setAttribute("target", "_blank");
      node.setAttribute("rel", "noopener noreferrer");
    }
  });
  // No style, no form, and nothing that is fetched from elsewhere without a click.
  const rules = { FORBID_TAGS: ["style", "form", "input", "img", "svg", "video", "audio", "iframe"], FORBID_ATTR: ["style"] };
  return (block) => purify.sanitize(marked.parse(block, { async: false, gfm: true, breaks: true }), rules);
}

define("mr-markdown", Markdown);

declare global {
  interface HTMLElementTagNameMap {
    "mr-markdown": Markdown;
  }
}
