import { type TemplateResult, html, nothing } from "lit";
import { property, state } from "lit/decorators.js";
import { PICTURES } from "../../app/icons";
import type { Key } from "../../core/i18n";
import { wavOf } from "../../core/sound";
import { clock } from "../../core/subtitles";
import { define } from "../../ui/define";
import { selectField } from "../../ui/field";
import { drawing, icon } from "../../ui/icon";
import { Localized } from "../../ui/localized";

/** Why there is no microphone → what to do. */
const REASONS: Readonly<Record<string, Key>> = {
  NotAllowedError: "record.blocked",
  NotFoundError: "record.missing",
  NotReadableError: "record.busy",
  OverconstrainedError: "record.missing",
};
/** What browsers record, by the ending of its file. */
const FORMATS: Readonly<Record<string, string>> = { webm: "audio/webm", ogg: "audio/ogg", mp4: "audio/mp4" };

/**
 * Records a voice, with the level that the microphone hears.
 *
 * @fires recorded - `{file}`
 */
export class Recorder extends Localized {
  /** Endings of files that the model takes; empty: any. What the browser does not record in is made a WAV file. */
  @property({ attribute: false }) formats: readonly string[] = [];
  @state() private recorder: MediaRecorder | null = null;
  @state() private devices: readonly MediaDeviceInfo[] = [];
  @state() private device: string | null = null;
  @state() private level = 0;
  @state() private seconds = 0;
  @state() private refused: { key: Key; reason: string } | null = null;

  protected override createRenderRoot(): this {
    return this;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    if (this.recorder?.state === "recording") this.recorder.stop();
  }

  protected override render(): TemplateResult {
    const { recorder, refused } = this;
    if (!window.isSecureContext || !navigator.mediaDevices) {
      return html`<p class="notice" data-tone="warn">${icon("mic")} <span>${this.t("record.insecure")}</span></p>`;
    }
    return html`<div class="row wrap recorder">
        <button type="button" class="button" @click=${() => (recorder ? recorder.stop() : void this.start())}>
          ${recorder ? drawing(PICTURES.square) : icon("mic")} ${this.t(recorder ? "play.record.stop" : "play.record.start")}
        </button>
        ${recorder ? this.meter() : nothing} ${this.devices.length > 1 && !recorder ? this.choice() : nothing}
      </div>
      ${
        refused
          ? html`<div class="notice" data-tone="bad" role="alert">
            ${icon("alert")} <strong>${this.t("play.microphone", { reason: refused.reason })}</strong> <span>${this.t(refused.key)}</span>
          </div>`
          : nothing
      }`;
  }

  private meter(): TemplateResult {
    return html`<meter class="level" aria-label=${this.t("record.level")} .value=${this.level}></meter>
      <span class="number muted">${clock(this.seconds)}</span>`;
  }

  private choice(): TemplateResult {
    return selectField({
      id: "record-device",
      label: this.t("record.device"),
      value: this.device,
      choices: this.devices.map(({ deviceId, label }, at) => ({
        value: deviceId,
        label: label || this.t("record.device.number", { at: at + 1 }),
      })),
      none: this.t("record.device.default"),
      onchoose: (device) => (this.device = device),
    });
  }

  private async start(): Promise<void> {
    this.refused = null;
    try {
      const stream = await navigator.mediaDevices.getUserMedia({
        audio: this.device ? { deviceId: { exact: this.device } } : true,
      });
      // Their names are told only to whom the microphone was opened.
      this.devices = (await navigator.mediaDevices.enumerateDevices()).filter(
        ({ kind, deviceId }) => kind === "audioinput" && deviceId,
      );
      this.record(stream);
    } catch (error) {
      const name = error instanceof DOMException ? error.name : "";
      this.refused = { key: REASONS[name] ?? "record.other", reason: error instanceof Error ? error.message : String(error) };
    }
  }

  private record(stream: MediaStream): void {
    const ending = Object.keys(FORMATS).find((each) => MediaRecorder.isTypeSupported(FORMATS[each] ?? "")) ?? "webm";
    const recorder = new MediaRecorder(stream, { mimeType: FORMATS[ending] ?? "" });
    const pieces: Blob[] = [];
    const ear = this.listen(stream);
    recorder.ondataavailable = (event) => pieces.push(event.data);
    recorder.onstop = () => {
      ear();
      for (const track of stream.getTracks()) track.stop();
      this.recorder = null;
      void this.give(new Blob(pieces, { type: FORMATS[ending] ?? "" }), ending);
    };
    recorder.start();
    this.recorder = recorder;
  }

  /** Show the level until the returned function is called. */
  private listen(stream: MediaStream): () => void {
    const context = new AudioContext();
    const analyser = new AnalyserNode(context, { fftSize: 1024 });
    context.createMediaStreamSource(stream).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    const began = performance.now();
    const timer = setInterval(() => {
      analyser.getFloatTimeDomainData(samples);
      this.level = Math.min(1, Math.max(...samples.map(Math.abs)));
      this.seconds = (performance.now() - began) / 1000;
    }, 80);
    return () => {
      clearInterval(timer);
      this.level = this.seconds = 0;
      void context.close();
    };
  }

  private async give(recording: Blob, ending: string): Promise<void> {
    const taken = !this.formats.length || this.formats.includes(ending);
    const file = taken ? new File([recording], `recording.${ending}`, { type: recording.type }) : await asWav(recording);
    this.tell("recorded", { file });
  }
}

const RATE = 16_000;

async function asWav(recording: Blob): Promise<File> {
  const sound = await new OfflineAudioContext(1, 1, RATE).decodeAudioData(await recording.arrayBuffer());
  return new File([wavOf(sound.getChannelData(0), RATE)], "recording.wav", { type: "audio/wav" });
}

define("mr-recorder", Recorder);

declare global {
  interface HTMLElementTagNameMap {
    "mr-recorder": Recorder;
  }
}
