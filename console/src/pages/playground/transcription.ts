import { type TemplateResult, html, nothing } from "lit";
import { query, state } from "lit/decorators.js";
import { saveFile } from "../../app/download";
import { PICTURES } from "../../app/icons";
import { type Segment, clock, segmentAt, srtOf, vttOf } from "../../core/subtitles";
import { fieldsOf } from "../../core/wire";
import "../../ui/copy-button";
import { define } from "../../ui/define";
import { drawing } from "../../ui/icon";
import "../../ui/waveform";
import type { Waveform } from "../../ui/waveform";
import { Pane } from "./pane";
import "./recorder";

interface Transcript {
  text: string;
  language?: string | null;
  duration?: number | null;
  segments?: readonly Segment[] | null;
}

/** A recording or a file as text. */
export class TranscriptionPane extends Pane {
  @state() private file: File | null = null;
  @state() private transcript: Transcript | null = null;
  @state() private spokenAt = -1;
  @query("mr-waveform") private readonly player!: Waveform;

  /** Endings of the files that the model takes; empty: it does not say. */
  private get formats(): readonly string[] {
    const declared = this.info?.model_properties?.["supported_file_extensions"];
    return typeof declared === "string" ? declared.split(",").map((ending) => ending.trim()) : [];
  }

  protected override render(): TemplateResult {
    return html`<form class="stack" @submit=${this.submitted} @dragover=${(event: Event) => event.preventDefault()} @drop=${this.dropped}>
        <div class="field">
          <label class="label" for="audio-file">${this.t("play.file")}</label>
          <input id="audio-file" type="file" accept="audio/*,video/*" class="file" @change=${(event: Event) => this.take((event.target as HTMLInputElement).files?.[0])} />
        </div>
        <mr-recorder .formats=${this.formats} @recorded=${(event: CustomEvent<{ file: File }>) => this.take(event.detail.file)}></mr-recorder>
        ${
          this.file
            ? html`<mr-waveform .source=${this.file} .label=${this.file.name} @timeupdate=${{ handleEvent: () => this.follow(), capture: true }}></mr-waveform>`
            : nothing
        }
        <div>${this.runButton(this.t("play.transcribe"), this.file !== null)}</div>
        ${this.outcome()} ${this.transcript ? this.result(this.transcript) : nothing}
      </form>
      ${this.wire({ type: "speech2text", model: this.model, request: fieldsOf(this.body), events: [] })}`;
  }

  private result(transcript: Transcript): TemplateResult {
    const segments = transcript.segments ?? [];
    return html`<section class="stack close" aria-label=${this.t("play.transcript")}>
      <div class="row wrap">
        <h2 class="section-title">${this.t("play.transcript")}</h2>
        <mr-copy .text=${transcript.text}></mr-copy>
        ${
          segments.length
            ? html`<button type="button" class="button tiny" @click=${() => saveFile(srtOf(segments), "transcript.srt", "application/x-subrip")}>
                ${drawing(PICTURES.download)} SRT
              </button>
              <button type="button" class="button tiny" @click=${() => saveFile(vttOf(segments), "transcript.vtt", "text/vtt")}>
                ${drawing(PICTURES.download)} VTT
              </button>`
            : nothing
        }
      </div>
      <p class="transcript">${transcript.text}</p>
      ${
        segments.length
          ? html`<ol class="segments">
            ${segments.map(
              (segment, at) =>
                html`<li aria-current=${at === this.spokenAt ? "true" : "false"}>
                  <button type="button" class="button plain tiny number" @click=${() => this.player.playFrom(segment.start)}>${clock(segment.start)}</button>
                  <span>${segment.text}</span>
                </li>`,
            )}
          </ol>`
          : nothing
      }
    </section>`;
  }

  private follow(): void {
    this.spokenAt = segmentAt(this.transcript?.segments ?? [], this.player.seconds);
  }

  private dropped(event: DragEvent): void {
    event.preventDefault();
    this.take(event.dataTransfer?.files[0]);
  }

  private take(file: File | undefined): void {
    if (!file) return;
    this.file = file;
    this.transcript = null;
    this.spokenAt = -1;
  }

  private get body(): FormData {
    const body = new FormData();
    body.set("model", this.model);
    body.set("response_format", "verbose_json");
    for (const [name, value] of Object.entries(this.parameters)) body.set(name, String(value));
    if (this.file) body.set("file", this.file);
    return body;
  }

  private async submitted(event: Event): Promise<void> {
    event.preventDefault();
    if (!this.file) return;
    this.transcript = await this.ask<Transcript>("speech2text", this.body);
  }
}

define("mr-play-speech2text", TranscriptionPane);
