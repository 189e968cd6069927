import { LitElement, type PropertyValues, type TemplateResult, html, nothing } from "lit";
import { property, query, state } from "lit/decorators.js";
import { outline } from "../core/sound";
import { define } from "./define";
import { styled } from "./styled";

const BARS = 160;
/** Bytes; decoding takes ten times as much. */
const LARGEST = 32 * 2 ** 20;

/** A player with the outline of its sound above it; a click in the outline goes there. The player's own controls do the same by key. */
export class Waveform extends LitElement {
  @property({ attribute: false }) source: Blob | null = null;
  /** The accessible name of the player. */
  @property() label = "";
  /** The name under which it can be saved, and the word for that; empty: it cannot. */
  @property() file = "";
  @property() saveLabel = "";
  @state() private peaks: readonly number[] = [];
  @state() private share = 0;
  @state() private address = "";
  @query("audio") private readonly player!: HTMLAudioElement | null;

  protected override createRenderRoot(): this {
    return this;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    URL.revokeObjectURL(this.address);
  }

  get seconds(): number {
    return this.player?.currentTime ?? 0;
  }

  /** Play from a time. */
  async playFrom(seconds: number): Promise<void> {
    if (!this.player) return;
    this.player.currentTime = seconds;
    await this.player.play();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has("source")) return;
    URL.revokeObjectURL(this.address);
    this.address = this.source ? URL.createObjectURL(this.source) : "";
    this.peaks = [];
    this.share = 0;
    if (this.source && this.source.size <= LARGEST) void this.look(this.source);
  }

  /** What the browser cannot decode is played, or not, without an outline. */
  private async look(source: Blob): Promise<void> {
    try {
      const sound = await new OfflineAudioContext(1, 1, 24_000).decodeAudioData(await source.arrayBuffer());
      if (source === this.source) this.peaks = outline(sound.getChannelData(0), BARS);
    } catch {
      this.peaks = [];
    }
  }

  protected override render(): TemplateResult {
    if (!this.address) return html``;
    return html`${this.drawing()}
      <audio controls aria-label=${this.label} src=${this.address} @timeupdate=${this.moved}></audio>
      ${this.file ? html`<div><a class="button" href=${this.address} download=${this.file}>${this.saveLabel}</a></div>` : nothing}`;
  }

  /** Its place is there before the outline is, so that nothing below moves when it comes. */
  private drawing(): TemplateResult {
    const path = this.peaks
      .map((peak, at) => `M${at * 4 + 2} ${20 - Math.max(0.5, peak * 19)}V${20 + Math.max(0.5, peak * 19)}`)
      .join("");
    return html`<div class="waveform" aria-hidden="true" ${styled({ "--share": String(this.share) })} @click=${this.clicked}>
      <svg viewBox="0 0 ${BARS * 4} 40" preserveAspectRatio="none"><path d=${path}></path></svg>
      <svg class="played" viewBox="0 0 ${BARS * 4} 40" preserveAspectRatio="none"><path d=${path}></path></svg>
    </div>`;
  }

  private moved(): void {
    const { player } = this;
    this.share = player && player.duration > 0 ? player.currentTime / player.duration : 0;
  }

  private clicked(event: MouseEvent): void {
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
    const { player } = this;
    if (player && Number.isFinite(player.duration)) player.currentTime = ((event.clientX - box.left) / box.width) * player.duration;
  }
}

define("mr-waveform", Waveform);

declare global {
  interface HTMLElementTagNameMap {
    "mr-waveform": Waveform;
  }
}
