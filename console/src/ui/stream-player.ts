import { type WavFormat, samplesOf, wavFormat } from "../core/sound";

/** Sound that is played while it comes. */
export interface StreamPlayer {
  push(bytes: Uint8Array<ArrayBuffer>): void;
  /** Nothing more comes; what is there is played to its end. */
  end(): void;
  stop(): void;
}

/** A player for a media type, or null where the browser can play it only when it is whole. `told` hears when sound begins and when it is over. */
export function streamPlayer(mediaType: string, told: (playing: boolean) => void): StreamPlayer | null {
  if (/^audio\/(?:x-|vnd\.)?wave?$/.test(mediaType)) return new WavPlayer(told);
  return typeof MediaSource !== "undefined" && MediaSource.isTypeSupported(mediaType) ? new MediaPlayer(mediaType, told) : null;
}

/** Seconds of a piece: shorter ones are gathered, else they crackle. */
const PIECE = 0.1;
const HEAD_START = 0.08;

/** Samples of a WAV file, one piece after another on the clock of the sound card. */
class WavPlayer implements StreamPlayer {
  private readonly context = new AudioContext();
  private waiting: Uint8Array<ArrayBuffer> = new Uint8Array();
  private format: WavFormat | undefined;
  private next = 0;
  private left = 0;
  private over = false;
  private playing = false;

  constructor(private readonly told: (playing: boolean) => void) {}

  push(bytes: Uint8Array<ArrayBuffer>): void {
    this.waiting = joined(this.waiting, bytes);
    if (!this.format) {
      const format = wavFormat(this.waiting);
      if (format === undefined) this.stop();
      if (!format) return;
      this.format = format;
      this.waiting = this.waiting.slice(format.start);
    }
    const { rate, channels } = this.format;
    if (this.waiting.length >= PIECE * rate * channels * 2) this.play(this.format);
  }

  end(): void {
    this.over = true;
    if (this.format) this.play(this.format);
    if (!this.left) this.stop();
  }

  stop(): void {
    this.over = true;
    if (this.context.state !== "closed") void this.context.close();
    if (this.playing) this.told((this.playing = false));
  }

  private play({ rate, channels }: WavFormat): void {
    const whole = this.waiting.length - (this.waiting.length % (2 * channels));
    if (!whole || this.context.state === "closed") return;
    const samples = samplesOf(this.waiting.subarray(0, whole), channels);
    this.waiting = this.waiting.slice(whole);
    const buffer = this.context.createBuffer(channels, whole / (2 * channels), rate);
    samples.forEach((channel, at) => buffer.copyToChannel(channel, at));
    const source = new AudioBufferSourceNode(this.context, { buffer });
    source.connect(this.context.destination);
    this.next = Math.max(this.next, this.context.currentTime + HEAD_START);
    source.start(this.next);
    this.next += buffer.duration;
    this.left += 1;
    source.onended = () => {
      this.left -= 1;
      if (this.over && !this.left) this.stop();
    };
    if (!this.playing) this.told((this.playing = true));
  }
}

/** What the browser's own decoder takes piece by piece, MP3 for one. */
class MediaPlayer implements StreamPlayer {
  private readonly media = new MediaSource();
  private readonly audio = new Audio(URL.createObjectURL(this.media));
  private readonly waiting: Uint8Array<ArrayBuffer>[] = [];
  private buffer: SourceBuffer | null = null;
  private over = false;

  constructor(
    mediaType: string,
    private readonly told: (playing: boolean) => void,
  ) {
    this.audio.onplaying = () => told(true);
    this.audio.onended = () => this.stop();
    this.media.onsourceopen = () => {
      this.buffer = this.media.addSourceBuffer(mediaType);
      this.buffer.onupdateend = () => this.feed();
      this.feed();
    };
    this.audio.play().catch(() => this.stop());
  }

  push(bytes: Uint8Array<ArrayBuffer>): void {
    this.waiting.push(bytes);
    this.feed();
  }

  end(): void {
    this.over = true;
    this.feed();
  }

  stop(): void {
    this.audio.pause();
    URL.revokeObjectURL(this.audio.src);
    this.told(false);
  }

  private feed(): void {
    if (!this.buffer || this.buffer.updating || this.media.readyState !== "open") return;
    const piece = this.waiting.shift();
    if (piece) this.buffer.appendBuffer(piece);
    else if (this.over) this.media.endOfStream();
  }
}

function joined(left: Uint8Array<ArrayBuffer>, right: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(left.length + right.length);
  both.set(left);
  both.set(right, left.length);
  return both;
}
