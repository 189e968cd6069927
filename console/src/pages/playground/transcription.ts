import { type TemplateResult, html, nothing } from "lit";
import { query, state } from "lit/decorators.js";
import { PICTURES } from "../../app/icons";
import { define } from "../../ui/define";
import { drawing, icon } from "../../ui/icon";
import "../../ui/copy-button";
import { Pane } from "./pane";

interface Transcript {
  text: string;
  language?: string | null;
  duration?: number | null;
  segments?: readonly { start: number; end: number; text: string }[] | null;
}

/** A recording or a file as text. */
export class TranscriptionPane extends Pane {
  @state() private file: File | null = null;
  @state() private address = "";
  @state() private transcript: Transcript | null = null;
  @state() private recorder: MediaRecorder | null = null;
  @state() private refused = "";
  @query("audio") private readonly player!: HTMLAudioElement;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.recorder?.stop();
    URL.revokeObjectURL(this.address);
  }

  protected override render(): TemplateResult {
    return html`<form class="stack" @submit=${this.submitted} @dragover=${(event: Event) => event.preventDefault()} @drop=${this.dropped}>
      <div class="field">
        <label class="label" for="audio-file">${this.t("play.file")}</label>
        <div class="row wrap">
          <input id="audio-file" type="file" accept="audio/*,video/*" class="file" @change=${(event: Event) => this.take((event.target as HTMLInputElement).files?.[0])} />
          <button type="button" class="button" @click=${this.turnRecorder}>
            ${this.recorder ? drawing(PICTURES.square) : icon("mic")} ${this.t(this.recorder ? "play.record.stop" : "play.record.start")}
          </button>
        </div>
        ${this.refused ? html`<p class="error" role="alert">${icon("alert")} ${this.t("play.microphone", { reason: this.refused })}</p>` : nothing}
      </div>
      ${this.file ? html`<audio controls src=${this.address}></audio>` : nothing}
      <div>${this.runButton(this.t("play.transcribe"), this.file !== null)}</div>
      ${this.outcome()} ${this.transcript ? this.result(this.transcript) : nothing}
    </form>`;
  }

  private result(transcript: Transcript): TemplateResult {
    return html`<section class="stack close" aria-label=${this.t("play.transcript")}>
      <div class="row"><h2 class="section-title">${this.t("play.transcript")}</h2> <mr-copy .text=${transcript.text}></mr-copy></div>
      <p class="transcript">${transcript.text}</p>
      ${
        transcript.segments?.length
          ? html`<ol class="segments">
            ${transcript.segments.map(
              (segment) =>
                html`<li>
                  <button type="button" class="button plain tiny number" @click=${() => this.seek(segment.start)}>${clock(segment.start)}</button>
                  <span>${segment.text}</span>
                </li>`,
            )}
          </ol>`
          : nothing
      }
    </section>`;
  }

  private seek(seconds: number): void {
    this.player.currentTime = seconds;
    void this.player.play();
  }

  private dropped(event: DragEvent): void {
    event.preventDefault();
    this.take(event.dataTransfer?.files[0]);
  }

  private take(file: File | undefined): void {
    if (!file) return;
    URL.revokeObjectURL(this.address);
    this.file = file;
    this.address = URL.createObjectURL(file);
    this.transcript = null;
  }

  private readonly turnRecorder = async (): Promise<void> => {
    if (this.recorder) return this.recorder.stop();
    this.refused = "";
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
      const recorder = new MediaRecorder(stream);
      const pieces: Blob[] = [];
      recorder.ondataavailable = (event) => pieces.push(event.data);
      recorder.onstop = () => {
        for (const track of stream.getTracks()) track.stop();
        this.recorder = null;
        this.take(new File(pieces, "recording.webm", { type: recorder.mimeType }));
      };
      recorder.start();
      this.recorder = recorder;
    } catch (error) {
      this.refused = error instanceof Error ? error.message : String(error);
    }
  };

  private async submitted(event: Event): Promise<void> {
    event.preventDefault();
    if (!this.file) return;
    const body = new FormData();
    body.set("model", this.model);
    body.set("response_format", "verbose_json");
    for (const [name, value] of Object.entries(this.parameters)) body.set(name, String(value));
    body.set("file", this.file);
    this.transcript = await this.ask<Transcript>("speech2text", body);
  }
}

const clock = (seconds: number): string => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;

define("mr-play-speech2text", TranscriptionPane);
