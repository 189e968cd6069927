import type { Key, Words } from "../../core/i18n";
import type { CallRecord } from "../../core/invoke";
import { measured } from "../../core/measured";
import { money } from "../../core/price";

type T = (key: Key, words?: Words) => string;

/** Time, tokens, cost of a call in one line. */
export function callFigures(record: CallRecord, t: T, language: string, firstMs: number | null = null): string {
  const { first, speed, cost, currency } = measured(record, firstMs);
  const input = record.usage?.input?.total;
  const output = record.usage?.output?.total;
  const characters = record.usage?.characters;
  return [
    first !== null ? t("play.first", { ms: Math.round(first * 1000) }) : "",
    t("play.total", { seconds: record.seconds.toFixed(record.seconds < 10 ? 2 : 1) }),
    input || output ? t("play.tokens", { input: input ?? 0, output: output ?? 0 }) : "",
    speed !== null ? t("play.speed", { speed: Math.round(speed) }) : "",
    characters ? t("play.characters", { count: characters }) : "",
    cost !== null ? money(cost, currency, language) : "",
  ]
    .filter(Boolean)
    .join(" · ");
}
